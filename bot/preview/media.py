"""Stand-ins for what a person sends besides text: small, but of the shape Telegram gives them."""

from __future__ import annotations

from bot.preview.records import Files, Json, Person

KINDS = ("photo", "voice", "sticker", "location", "video", "audio", "contact", "document")

_MIME = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "sticker": "image/webp",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "document": "application/pdf",
}


def stand_in(kind: str, files: Files, person: Person, caption: str = "") -> Json:
    """The Message fields of one such message. Raises ValueError for a kind not in KINDS."""
    said: Json = {"caption": caption} if caption else {}
    if kind == "location":
        return {"location": {"latitude": 60.39299, "longitude": 5.32415}}  # Bergen
    if kind == "contact":
        return {"contact": {"phone_number": "+4700000000", "first_name": person.name, "user_id": person.id}}
    if kind not in _MIME:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    file = files.keep(f"{kind}.bin", _MIME[kind], b"stand-in")
    described: Json = {"file_id": file.id, "file_unique_id": f"u-{file.id}", "file_size": len(file.content)}
    size = {"width": 512, "height": 512}
    match kind:
        case "photo":
            return {"photo": [described | size], **said}
        case "sticker":
            traits = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👋"}
            return {"sticker": described | size | traits}
        case "voice" | "audio":
            return {kind: described | {"duration": 4, "mime_type": file.mime}, **said}
        case "video":
            return {kind: described | size | {"duration": 4, "mime_type": file.mime}, **said}
    return {kind: described | {"file_name": "report.pdf", "mime_type": file.mime}, **said}
