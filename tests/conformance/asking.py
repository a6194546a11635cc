"""Fixtures that ask the client something: in the answer (2026), or in a request of their own."""

from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve, Sample
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)
from pydantic import BaseModel, Field

Ctx = Context[Any, Any]
Answer = str | InputRequiredResult


class Contact(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Literal["active", "inactive", "pending"] = "active"
    verified: bool = True


class Named(BaseModel):
    name: str


def form(question: str, **fields: str) -> InputRequest:
    """A form of required fields with these types."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in fields.items()},
        "required": list(fields),
    }
    params = ElicitRequestFormParams(message=question, requested_schema=schema)
    return ElicitRequest(params=params)


def message(text: str) -> SamplingMessage:
    return SamplingMessage(role="user", content=TextContent(type="text", text=text))


def sampling(text: str) -> InputRequest:
    params = CreateMessageRequestParams(messages=[message(text)], max_tokens=100)
    return CreateMessageRequest(params=params)


def required(state: str | None = None, **requests: InputRequest) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def content_of(answer: object) -> dict[str, Any]:
    return dict(answer.content or {}) if isinstance(answer, ElicitResult) else {}


async def ask_contact(message: str) -> Elicit[Contact]:
    return Elicit(message, Contact)


async def ask_defaults() -> Elicit[Defaults]:
    return Elicit("Please review these values", Defaults)


async def ask_name() -> Elicit[Named]:
    return Elicit("What is your name?", Named)


async def want_sampling() -> Sample:
    return Sample([message("Say something")], max_tokens=5)


def add_asking_fixtures(server: MCPServer[Any]) -> None:
    _resolved(server)
    _choices(server)
    _single_round(server)
    _with_state(server)
    _with_conditions(server)


def _resolved(server: MCPServer[Any]) -> None:
    """Questions that the SDK asks in the way of the client's era."""

    @server.tool()
    async def test_elicitation(
        message: str, answer: Annotated[ElicitationResult[Contact], Resolve(ask_contact)]
    ) -> str:
        """Ask for two texts."""
        return f"User response: {answer}"

    @server.tool()
    async def test_elicitation_sep1034_defaults(
        answer: Annotated[ElicitationResult[Defaults], Resolve(ask_defaults)],
    ) -> str:
        """Ask with defaults of every type."""
        return f"Elicitation completed: {answer}"

    @server.tool()
    async def test_streaming_elicitation(answer: Annotated[Named, Resolve(ask_name)]) -> str:
        """Ask for a name."""
        return answer.name

    @server.tool()
    async def test_missing_capability(
        answer: Annotated[CreateMessageResult, Resolve(want_sampling)],
    ) -> str:
        """Need what the client does not offer."""
        return f"{answer.content}"


TITLED = [{"const": "one", "title": "First"}, {"const": "two", "title": "Second"}]
CHOICES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["one", "two"]},
        "titledSingle": {"type": "string", "oneOf": TITLED},
        "legacyEnum": {"type": "string", "enum": ["one", "two"], "enumNames": ["First", "Second"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["one", "two"]}},
        "titledMulti": {"type": "array", "items": {"anyOf": TITLED}},
    },
}


def _choices(server: MCPServer[Any]) -> None:
    @server.tool()
    async def test_elicitation_sep1330_enums(ctx: Ctx) -> str:
        """Ask with every kind of choice, as clients of the handshake years are asked."""
        session = ctx.request_context.session
        answer = await session.elicit_form("Please choose", CHOICES, ctx.request_id)
        return f"Elicitation completed: {answer.action}"


def _single_round(server: MCPServer[Any]) -> None:
    @server.tool()
    async def test_input_required_result_elicitation(ctx: Ctx) -> Answer:
        """Ask for a name, then greet."""
        answer = (ctx.input_responses or {}).get("user_name")
        if answer is None:
            return required(user_name=form("What is your name?", name="string"))
        name = content_of(answer).get("name")
        return f"Hello, {name}!" if name else required(user_name=form("A name?", name="string"))

    @server.tool()
    async def test_input_required_result_sampling(ctx: Ctx) -> Answer:
        """Ask the client's model."""
        answer = (ctx.input_responses or {}).get("capital_question")
        question = sampling("What is the capital of France?")
        return f"{answer}" if answer else required(capital_question=question)

    @server.tool()
    async def test_input_required_result_list_roots(ctx: Ctx) -> Answer:
        """Ask for the client's roots."""
        answer = (ctx.input_responses or {}).get("client_roots")
        return f"{answer}" if answer else required(client_roots=ListRootsRequest())

    @server.prompt()
    async def test_input_required_result_prompt(ctx: Ctx) -> Answer:
        """Ask before the prompt is told."""
        answer = (ctx.input_responses or {}).get("user_context")
        if answer is None:
            return required(user_context=form("Which context?", context="string"))
        return f"The context is {content_of(answer).get('context')}"


def _with_state(server: MCPServer[Any]) -> None:
    """State that the client carries between rounds and must not be able to change."""

    async def confirmed(ctx: Ctx) -> Answer:
        if (ctx.input_responses or {}).get("confirm") and ctx.request_state:
            return f"state-ok {ctx.request_state}"
        return required("first", confirm=form("Please confirm", ok="boolean"))

    @server.tool()
    async def test_input_required_result_request_state(ctx: Ctx) -> Answer:
        """Go on with the state of the first round."""
        return await confirmed(ctx)

    @server.tool()
    async def test_input_required_result_tampered_state(ctx: Ctx) -> Answer:
        """Refuse a state that was changed."""
        return await confirmed(ctx)

    @server.tool()
    async def test_input_required_result_multi_round(ctx: Ctx) -> Answer:
        """Ask twice."""
        answers = ctx.input_responses or {}
        if "step2" in answers:
            return "complete"
        if "step1" in answers:
            question = form("Step 2: What is your favorite color?", color="string")
            return required("second", step2=question)
        return required("first", step1=form("Step 1: What is your name?", name="string"))


def _with_conditions(server: MCPServer[Any]) -> None:
    @server.tool()
    async def test_input_required_result_multiple_inputs(ctx: Ctx) -> Answer:
        """Ask three things at once."""
        if len(ctx.input_responses or {}) == 3:
            return "complete"
        return required(
            "asked",
            user_name=form("What is your name?", name="string"),
            greeting=sampling("Generate a greeting"),
            client_roots=ListRootsRequest(),
        )

    @server.tool()
    async def test_input_required_result_capabilities(ctx: Ctx) -> Answer:
        """Ask only what the client can answer."""
        if ctx.input_responses:
            return "complete"
        able, asked = ctx.client_capabilities, dict[str, InputRequest]()
        if able and able.sampling:
            asked["sampling"] = sampling("Hello")
        if able and able.elicitation:
            asked["elicitation"] = form("Hello?", text="string")
        return required("asked", **asked) if asked else "nothing to ask"
