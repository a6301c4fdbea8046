"""The screens on which staff say what a text of theirs concerns."""

from __future__ import annotations

from bot.announce.audience import CHOICES
from bot.answer.texts import say
from bot.chat.campaigns import Campaign
from bot.chat.choosing import ON_A_PAGE, names
from bot.chat.newsroom_words import concerns
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, paragraph

MARK = "✓ "


def audience(knowledge: Knowledge, campaign: Campaign, language: str) -> Reply:
    """What a text concerns; whoever chose one of it gets it."""
    occasion = campaign.content
    rows = [
        (
            Button(
                _counted(say(f"sub_{facet}", language), len(getattr(occasion, facet))),
                f"ann_page_{campaign.id}_{facet}_0",
            ),
        )
        for facet in CHOICES
        if names(knowledge, facet)
    ]
    rows.append((Button(say("back", language), f"ann_desk_{campaign.id}"),))
    return Reply((paragraph(concerns(knowledge, occasion, language)),), tuple(rows), language=language)


def facet_page(knowledge: Knowledge, campaign: Campaign, facet: str, page: int, language: str) -> Reply:
    """One kind of choice, to mark what the text concerns."""
    occasion = campaign.content
    chosen = getattr(occasion, facet)
    every = list(names(knowledge, facet).items())
    buttons = [
        Button(
            f"{MARK if row in chosen else ''}{pick(each, language)}",
            f"ann_set_{campaign.id}_{facet}_{row}_{int(row not in chosen)}",
        )
        for row, each in every[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    last = [Button(say("back", language), f"ann_aud_{campaign.id}")]
    if len(every) > ON_A_PAGE:
        following = (page + 1) % -(-len(every) // ON_A_PAGE)
        last.append(Button(say("more", language), f"ann_page_{campaign.id}_{facet}_{following}"))
    return Reply(
        (paragraph(concerns(knowledge, occasion, language)),), (*rows, tuple(last)), language=language
    )


def _counted(label: str, count: int) -> str:
    return f"{MARK}{label} ({count})" if count else label
