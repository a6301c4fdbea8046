"""What a message may hold: parameters checked as Telegram does and turned into Message fields."""

from __future__ import annotations

from typing import Any

from bot.preview.keyboards import checked_markup
from bot.preview.markup import parse_html
from bot.preview.params import Params
from bot.preview.records import Files, Json
from bot.preview.refusals import bad_request
from bot.preview.texts import MAX_CAPTION, MAX_TEXT, trimmed, utf16, with_found


def formatted(text: str, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """Plain text and entities, from HTML or from entities as given; commands and links found besides."""
    if parse_mode and parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    plain, marked = parse_html(text) if parse_mode else trimmed(text, _given(text, entities))
    return plain, with_found(plain, marked)


def _given(text: str, entities: Any) -> list[Json]:
    if not entities:
        return []
    size = utf16(text)
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    for entity in entities:
        offset, length = entity.get("offset"), entity.get("length")
        if (
            not isinstance(offset, int)
            or not isinstance(length, int)
            or not isinstance(entity.get("type"), str)
        ):
            raise bad_request("can't parse MessageEntity: type, offset and length are required")
        if offset < 0 or length <= 0 or offset + length > size:
            raise bad_request(f"entity beginning at UTF-16 offset {offset} ends after the end of the text")
    return entities


def text_content(params: Params, too_long: str = "message is too long") -> Json:
    """The fields of a text message."""
    raw = params.text("text")
    plain, entities = formatted(raw, params.text("parse_mode"), params.parsed("entities"))
    if not plain:
        raise bad_request("message text is empty" if not raw.strip() else "text must be non-empty")
    if utf16(plain) > MAX_TEXT:
        raise bad_request(too_long)
    options = params.parsed("link_preview_options")
    return {
        "text": plain,
        **({"entities": entities} if entities else {}),
        **({"link_preview_options": options} if options else {}),
    }


def document_content(files: Files, params: Params) -> Json:
    """The fields of a message with a file: an upload, or the id of one sent before."""
    upload = params.upload("document")
    if upload is None:
        file = files.get(params.text("document"))
        if file is None:
            raise bad_request("there is no document in the request")
    elif not upload.content:
        raise bad_request("file must be non-empty")
    else:
        file = files.keep(upload.name, upload.mime, upload.content)
    document = {
        "file_id": file.id,
        "file_unique_id": f"u-{file.id}",
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.content),
    }
    return {"document": document, **_caption(params)}


def _caption(params: Params) -> Json:
    entities = params.parsed("caption_entities")
    caption, found = formatted(params.text("caption"), params.text("parse_mode"), entities)
    if utf16(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return {
        **({"caption": caption} if caption else {}),
        **({"caption_entities": found} if found else {}),
    }


def markup_of(params: Params) -> Json:
    """The reply_markup field, empty where there is none."""
    wanted = params.parsed("reply_markup")
    markup = checked_markup(wanted) if wanted is not None else None
    return {"reply_markup": markup} if markup else {}


def result_content(result: Any) -> Json:
    """The Message fields of an InlineQueryResult that is sent; articles and contacts are known here."""
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    kind, said = result.get("type"), result.get("input_message_content")
    if kind == "article" and not result.get("title"):
        raise bad_request("can't parse inline query result: article title must be non-empty")
    markup = markup_of(Params({"reply_markup": result["reply_markup"]})) if result.get("reply_markup") else {}
    if isinstance(said, dict) and "message_text" in said:
        named = {key: said[key] for key in ("parse_mode", "entities", "link_preview_options") if key in said}
        return text_content(Params({"text": said["message_text"], **named})) | markup
    contact = said if isinstance(said, dict) and "phone_number" in said else result
    if contact.get("phone_number") and contact.get("first_name"):
        known = ("phone_number", "first_name", "last_name", "vcard")
        return {"contact": {key: contact[key] for key in known if contact.get(key)}} | markup
    raise bad_request("can't parse inline query result: message content is not specified")
