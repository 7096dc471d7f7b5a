"""Ce qu'un passage a montré, rangé comme à l'écran : des blocs, et dans chacun du HTML ou la place d'un composant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.GapSize_pb2 import GapConfig, GapSize

from pages.commun.emporter import A_L_ADRESSE

_MUETS = {"empty", "spinner", "skeleton", "space", "toast", "balloons", "snow", "favicon"}
"""Les éléments qui ne tiennent aucune place."""
_REFUSES = {"alert", "exception"}
"""Ce qui ne se garde pas : une phrase d'avertissement ne vaut que pour ce passage."""
_INTERVALLES = {"MEDIUM": "2rem", "LARGE": "4rem", "NONE": "0"}
"""Entre deux colonnes, comme Streamlit les écarte ; un petit intervalle, le plus courant, en vaut un."""
_PETIT = "1rem"


@dataclass
class Noeud:
    """Un bloc ou un élément. `genre` : son nom dans le gabarit ; `cle` : celle de l'écran ; `donnees` : le contenu."""

    genre: str
    cle: str = ""
    donnees: dict[str, Any] = field(default_factory=dict)
    enfants: dict[int, Noeud] = field(default_factory=dict)

    @property
    def suite(self) -> list[Noeud]:
        """Ses enfants, dans l'ordre de l'écran ; un bloc vide n'y est pas, ni ce que cache un bouton fermé."""
        if self.genre == "ferme":
            return []
        return [n for _, n in sorted(self.enfants.items()) if n.genre in _FEUILLES or n.suite or n.donnees.get("place")]

    def parcourir(self) -> Iterator[Noeud]:
        """Lui-même et tout ce qu'il contient, dans l'ordre de l'écran."""
        yield self
        for enfant in self.suite:
            yield from enfant.parcourir()


@dataclass(frozen=True)
class Passage:
    """Ce qu'un passage a montré : le titre de la page, et l'arbre de ses blocs."""

    titre: str
    racine: Noeud


def lire(messages: Iterable[ForwardMsg]) -> Passage | None:
    """Le passage ; None s'il n'a pas abouti, ou s'il a quelque chose à dire qui ne vaut que pour lui."""
    titre, racine, reussi = "", Noeud("bloc"), False
    for message in messages:
        genre = message.WhichOneof("type")
        if genre == "page_config_changed":
            titre = message.page_config_changed.title or titre
        elif genre == "script_finished":
            reussi = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        elif genre in {"page_not_found", "auth_redirect"} or (genre == "delta" and not _placer(racine, message)):
            return None
    return Passage(titre, racine) if reussi and racine.suite else None


def _placer(racine: Noeud, message: ForwardMsg) -> bool:
    """Pose un élément ou un bloc à sa place ; faux s'il interdit de garder le passage."""
    *ou, rang = message.metadata.delta_path
    parent = racine
    for etape in ou[1:]:
        parent = parent.enfants.setdefault(etape, Noeud("bloc"))
    if ou[:1] != [0]:
        return True  # la barre latérale, l'évènement : rien n'y est montré ici
    nature = message.delta.WhichOneof("type")
    if nature == "add_block":
        nouveau = _bloc(message.delta.add_block)
        nouveau.enfants = parent.enfants[rang].enfants if rang in parent.enfants else {}
        parent.enfants[rang] = nouveau
        return True
    if nature != "new_element":
        return True  # l'attente d'un calcul, qui n'est déjà plus là
    element = message.delta.new_element
    genre = str(element.WhichOneof("type"))
    if genre in _REFUSES:
        return False
    if genre in _MUETS:
        parent.enfants.pop(rang, None)
    else:
        parent.enfants[rang] = _element(genre, element)
    return True


def _bloc(bloc: Block) -> Noeud:
    cle, genre = _cle(bloc.id), bloc.WhichOneof("type")
    if genre == "flex_container":
        rangee = bloc.flex_container.direction == Block.FlexContainer.Direction.HORIZONTAL
        intervalle = _intervalle(bloc.flex_container.gap_config)
        etroit = bloc.width_config.WhichOneof("width_spec") == "use_content"
        centre = bloc.flex_container.align == Block.FlexContainer.Align.ALIGN_CENTER
        bas = bloc.flex_container.align == Block.FlexContainer.Align.ALIGN_END
        return Noeud(
            "rangee" if rangee else "bloc",
            cle,
            {"intervalle": intervalle, "etroit": etroit, "alignement": "center" if centre else "end" if bas else ""},
        )
    if genre == "column":
        return Noeud(
            "colonne",
            cle,
            {
                "part": bloc.column.weight,
                "intervalle": _intervalle(bloc.column.gap_config),
                "alignement": {1: "center", 2: "end"}.get(bloc.column.vertical_alignment, ""),
                "place": True,
            },
        )
    if genre == "expandable":
        return Noeud("depliable", cle, {"titre": bloc.expandable.label, "ouvert": bloc.expandable.expanded})
    if genre in {"popover", "dialog"}:
        return Noeud("ferme", cle, {"titre": bloc.popover.label})
    return Noeud("bloc", cle)


def _intervalle(reglage: GapConfig) -> str:
    return _INTERVALLES.get(GapSize.Name(reglage.gap_size), _PETIT)


_FEUILLES = {
    "html", "texte", "champ", "pastilles", "bouton", "lien", "case", "graphique", "tableau", "segments", "zone",
    "ferme",
}  # fmt: skip


def _element(genre: str, element: Element) -> Noeud:
    """L'élément, réduit à ce qu'il faut pour en dessiner la place."""
    contenu = getattr(element, genre)
    cle = _cle(getattr(contenu, "id", ""))
    if genre == "markdown":
        return Noeud("html" if contenu.allow_html else "texte", "", {"corps": contenu.body, "lu": "streamlit"})
    if genre == "bidi_component":
        corps = contenu.bytes.decode() if contenu.WhichOneof("data") == "bytes" else contenu.html_content
        return Noeud("html", cle, {"corps": corps, "lu": "navigateur"})
    if genre in {"selectbox", "text_input", "number_input", "date_input", "time_input"}:
        return Noeud(
            "champ",
            cle,
            _etiquette(contenu)
            | {"valeur": _valeur(genre, contenu), "invite": _invite(contenu), "liste": genre == "selectbox"},
        )
    if genre == "multiselect":
        choisis = _choisis(contenu, contenu.options)
        return Noeud("pastilles", cle, _etiquette(contenu) | {"choisis": choisis, "invite": contenu.placeholder})
    if genre in {"button", "download_button", "link_button"}:
        adresse = {"adresse": cle} if cle.startswith(A_L_ADRESSE) else {}
        return Noeud("bouton", "" if adresse else cle, {"titre": contenu.label} | adresse)
    if genre == "page_link":
        adresse = contenu.page + (f"?{contenu.query_string}" if contenu.query_string else "")
        return Noeud("lien", cle, {"titre": contenu.label, "adresse": adresse})
    if genre == "button_group":
        mots = [option.content for option in contenu.options]
        choisis = _choisis(contenu, mots)
        return Noeud("segments", cle, _etiquette(contenu) | {"options": [(mot, mot in choisis) for mot in mots]})
    if genre in {"checkbox", "radio"}:
        return Noeud("case", cle, {"titre": contenu.label})
    if genre == "text_area":
        return Noeud("zone", cle, _etiquette(contenu) | {"hauteur": element.height_config.pixel_height or 90})
    if genre in {"plotly_chart", "dataframe"}:
        hauteur = element.height_config.pixel_height or (450 if genre == "plotly_chart" else 400)
        return Noeud(
            "graphique" if genre == "plotly_chart" else "tableau", cle, {"hauteur": hauteur, "dit": _alt(contenu)}
        )
    return Noeud("texte", cle, {"corps": ""})


def _cle(identifiant: str) -> str:
    """« $$ID-<empreinte>-choix_reference » : la clé donnée par l'écran ; vide s'il n'en a pas donné."""
    cle = identifiant.split("-", 2)[2] if identifiant.startswith("$$ID-") and identifiant.count("-") >= 2 else ""
    return "" if cle == "None" else cle


def _etiquette(contenu: Any) -> dict[str, Any]:
    """L'étiquette d'un champ, vide quand l'écran ne la montre pas."""
    visible = contenu.label_visibility.value == 0
    return {"etiquette": contenu.label if visible else ""}


def _choisis(contenu: Any, mots: Sequence[str]) -> list[str]:
    """Les mots choisis d'un choix multiple : ceux que l'écran impose, sinon ceux de départ."""
    return list(contenu.raw_values) if contenu.set_value else [mots[rang] for rang in contenu.default]


def _valeur(genre: str, contenu: Any) -> str:
    if genre == "selectbox":
        if contenu.set_value:
            return str(contenu.raw_value)
        return str(contenu.options[contenu.default]) if contenu.HasField("default") else ""
    if genre == "text_input":
        return str(contenu.value if contenu.set_value else contenu.default)
    return ""


def _invite(contenu: Any) -> str:
    return str(getattr(contenu, "placeholder", ""))


def _alt(contenu: Any) -> str:
    return str(getattr(contenu, "alt", ""))
