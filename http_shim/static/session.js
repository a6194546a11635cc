// Signing in: a token once, then a session in a cookie no script can read. Nothing on a loopback
// where nobody has to prove who they are.
import { call } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { menuButton } from "./menu.js";
import { TEXT } from "./strings.js";
import { failed } from "./toast.js";

let asking = null;

export const whoAmI = async () => (await call("GET", "/session")).data;

// Asks until somebody is signed in; a second wish meanwhile is the same question.
export function signIn() {
  asking ??= new Promise((resolve) => {
    const token = h("input", {
      type: "password",
      required: true,
      autocomplete: "current-password",
      spellcheck: "false",
    });
    const problem = h("p", { class: "notice bad", role: "alert", hidden: true });
    const button = h("button", { class: "primary" }, TEXT.session.enter);
    const dialog = h(
      "dialog",
      {
        class: "modal sign-in",
        "aria-labelledby": "sign-in-title",
        oncancel: (event) => event.preventDefault(),
      },
      h("img", { src: "/static/icon.svg", alt: "", width: 36, height: 36 }),
      h("h2", { id: "sign-in-title" }, TEXT.session.title),
      h("p", { class: "hint" }, TEXT.session.text),
      h(
        "form",
        {
          onsubmit: async (event) => {
            event.preventDefault();
            button.disabled = true;
            try {
              const { data } = await call("POST", "/session", { body: { token: token.value.trim() } });
              dialog.close();
              dialog.remove();
              asking = null;
              resolve(data);
            } catch (error) {
              problem.hidden = false;
              problem.textContent = error.status === 401 ? TEXT.session.wrong : error.message;
              button.disabled = false;
              token.select();
            }
          },
        },
        h("label", {}, TEXT.session.token, token),
        problem,
        button,
      ),
      h("p", { class: "hint" }, TEXT.session.how, " ", h("code", {}, "universe token create --user NAME")),
    );
    document.body.append(dialog);
    dialog.showModal();
    token.focus();
  });
  return asking;
}

export function showUser(slot, session) {
  if (session.auth === "none") return fill(slot);
  const leave = () => call("DELETE", "/session").then(() => location.reload(), failed);
  fill(
    slot,
    h("span", { class: "user wide", title: TEXT.session.as(session.user) }, icon("user"), session.user),
    menuButton(TEXT.session.menu, [[TEXT.session.leave, "undo", leave]]),
  );
}
