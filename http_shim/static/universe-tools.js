// What a chat host or an extension may call on this page, and the same offered through WebMCP.
import { api } from "./api.js";
import { TEXT } from "./strings.js";

const STRINGS = { type: "array", items: { type: "string" } };

export const universeTools = Object.freeze({
  createUniverse: async (name, symbols, description = "") =>
    (await api.create({ name, symbols, description })).data,
  searchAssets: async (query, sector) => (await api.search({ query, sector })).data.assets,
  validateSymbols: async (symbols) => (await api.validate(symbols)).data,
  bulkAddAssets: async (universeId, symbols) => (await api.addAssets(universeId, { symbols })).data,
});

const OFFERED = [
  {
    name: "createUniverse",
    takes: { name: { type: "string" }, symbols: STRINGS, description: { type: "string" } },
    required: ["name", "symbols"],
  },
  {
    name: "searchAssets",
    takes: { query: { type: "string" }, sector: { type: "string" } },
    required: ["query"],
  },
  { name: "validateSymbols", takes: { symbols: STRINGS }, required: ["symbols"] },
  {
    name: "bulkAddAssets",
    takes: { universeId: { type: "string" }, symbols: STRINGS },
    required: ["universeId", "symbols"],
  },
];

function asTool({ name, takes, required }) {
  return {
    name,
    description: TEXT.tools[name],
    inputSchema: { type: "object", properties: takes, required },
    async execute(given) {
      const data = await universeTools[name](...Object.keys(takes).map((key) => given[key]));
      return { content: [{ type: "text", text: JSON.stringify(data) }] };
    },
  };
}

export function offerTools() {
  window.universeTools = universeTools;
  const context = navigator.modelContext;
  if (!context) return;
  const tools = OFFERED.map(asTool);
  if (context.registerTool) for (const tool of tools) context.registerTool(tool);
  else context.provideContext?.({ tools });
}
