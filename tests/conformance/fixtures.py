"""What the official conformance suite expects of a server under test, beside our own tools.

The suite names tools, resources and prompts and checks how they travel. They are added to the real
application, so that its middleware, transport and security settings are what is tested.
"""

import base64
import json
from typing import Annotated, Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import (
    AudioContent,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
)
from pydantic import Field

from tests.conformance.asking import add_asking_fixtures

Ctx = Context[Any, Any]

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def add_fixtures(server: MCPServer[Any]) -> None:
    """Everything the suite calls by name."""
    _content_tools(server)
    _diagnostic_tools(server)
    _schema_tool(server)
    _resources(server)
    _prompts(server)
    add_asking_fixtures(server)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _image() -> ImageContent:
    return ImageContent(type="image", data=PIXEL, mime_type="image/png")


def _embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    content = TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return EmbeddedResource(type="resource", resource=content)


def _content_tools(server: MCPServer[Any]) -> None:
    """One tool for each kind of content."""

    @server.tool()
    async def test_simple_text() -> str:
        """Answer with text."""
        return "This is a simple text response for testing."

    @server.tool()
    async def test_image_content() -> ImageContent:
        """Answer with an image."""
        return _image()

    @server.tool()
    async def test_audio_content() -> AudioContent:
        """Answer with a sound."""
        return AudioContent(type="audio", data=PIXEL, mime_type="audio/wav")

    @server.tool()
    async def test_embedded_resource() -> EmbeddedResource:
        """Answer with a resource."""
        said = "This is an embedded resource content."
        return _embedded("test://embedded-resource", "text/plain", said)

    @server.tool()
    async def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
        """Answer with several kinds."""
        data = '{"test":"data","value":123}'
        resource = _embedded("test://mixed-content-resource", "application/json", data)
        return [_text("Multiple content types test:"), _image(), resource]

    @server.tool()
    async def test_error_handling() -> str:
        """Fail on purpose."""
        raise ToolError("This tool intentionally returns an error for testing")


def _diagnostic_tools(server: MCPServer[Any]) -> None:
    """What travels beside an answer, and headers that carry arguments."""

    @server.tool()
    async def test_tool_with_progress(ctx: Ctx) -> str:
        """Tell of progress three times."""
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100)
            await anyio.sleep(0.05)
        return "done"

    @server.tool()
    async def test_logging_tool() -> str:
        """Log nothing over the protocol."""
        return "nothing was logged here"

    @server.tool()
    async def test_trigger_tool_change(ctx: Ctx) -> str:
        """Tell listeners that the tools changed."""
        await ctx.notify_tools_changed()
        return "told"

    @server.tool()
    async def test_trigger_prompt_change(ctx: Ctx) -> str:
        """Tell listeners that the prompts changed."""
        await ctx.notify_prompts_changed()
        return "told"

    @server.tool()
    async def test_x_header(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    ) -> str:
        """Take an argument that also travels as a header."""
        return region


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def _schema_tool(server: MCPServer[Any]) -> None:
    """A tool whose schema uses what no signature can say."""

    @server.tool()
    async def json_schema_2020_12_tool(name: str = "") -> str:
        """Take whatever the schema allows."""
        return name

    tools = server._tool_manager  # pyright: ignore[reportPrivateUsage] - no public way
    tool = tools.get_tool("json_schema_2020_12_tool")
    assert tool is not None
    tool.parameters = SCHEMA


def _resources(server: MCPServer[Any]) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """Fixed text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """Fixed bytes."""
        return base64.b64decode(PIXEL)

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template_data(id: str) -> str:  # noqa: A002 - the suite's name
        """Data of an id."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def _prompts(server: MCPServer[Any]) -> None:
    @server.prompt()
    def test_simple_prompt() -> str:
        """Text without arguments."""
        return "This is a simple prompt for testing."

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """Text with arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - the suite's name
        """A resource in a message."""
        resource = _embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [
            UserMessage(content=resource),
            UserMessage(content="Please process the embedded resource above."),
        ]

    @server.prompt()
    def test_prompt_with_image() -> list[UserMessage]:
        """An image in a message."""
        return [
            UserMessage(content=_image()),
            UserMessage(content="Please analyze the image above."),
        ]
