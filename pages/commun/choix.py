"""Les listes dont le choix vit dans l'adresse, et ce qui est dit quand l'adresse demande ce qui n'existe pas.

L'adresse commande : elle est reportée dans le composant avant qu'il ne soit dessiné.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from indicators.recit.phrases import typographie
from indicators.socle.nombres import INSECABLE
from pages.commun import adresse, avis, mots, visiteur
from pages.commun.affichage import en_clair
from pages.parametres import Parametre

_PORTES = "choix_portes"
"""Dans la session : par clé de composant, le dernier écran qui l'a dessiné."""


def verifier(
    parametre: Parametre,
    options: Sequence[str],
    defaut: str | None,
    nommer: Callable[[str], str] = str,
    *,
    dire: bool = True,
) -> str | None:
    """Ce que l'adresse demande s'il est proposé, sinon le défaut ; une demande qui n'existe pas est dite."""
    demande = adresse.lire(parametre)
    if demande in options:
        return demande
    montre = defaut if defaut in options else None
    if dire and demande is not None and demande != parametre.defaut:
        avis.dire(avis.indisponible(parametre.libelle, [demande], options, nommer, [montre] if montre else []))
    return montre


def verifier_liste(
    parametre: Parametre, options: Sequence[str], defaut: Sequence[str], nommer: Callable[[str], str] = str
) -> list[str]:
    """Ceux que l'adresse demande et qui sont proposés, sinon le défaut ; les autres sont dits."""
    demandes, permis = adresse.lire_liste(parametre), set(options)
    connus = [code for code in demandes if code in permis]
    montres = connus or [code for code in defaut if code in permis]
    if inconnus := [code for code in demandes if code not in permis]:
        avis.dire(avis.indisponible(parametre.libelle, inconnus[:3], options, nommer, () if connus else montres))
    return montres


def replies(titre: str) -> DeltaGenerator:
    """Où poser les choix d'un écran : sur un téléphone, une ligne que l'on déplie ; à plat sur un écran large.

    Streamlit rend inerte ce qui est replié : le montrer par la feuille de style ne suffirait pas.
    """
    return st.container(key=visiteur.REPLIES).expander(titre, expanded=not visiteur.au_telephone())


def replies_sous(
    parametre: Parametre, options: Collection[str], depart: str, nommer: Callable[[str], str]
) -> DeltaGenerator:
    """Les mêmes, sous le nom de ce que l'on regarde, qui se lit ainsi quand ils sont repliés."""
    demande = adresse.lire(parametre) or ""
    return replies(f"{nommer(demande if demande in options else depart)}{INSECABLE}· changer")


def porter(parametre: Parametre, courant: str | list[str] | None) -> str:
    """Met ce que dit l'adresse dans le composant de ce paramètre, pas encore dessiné ; rend sa clé.

    D'un écran à l'autre, un composant de même clé en est un autre pour le navigateur, qui le montrerait vide : la même
    valeur lui est redonnée.
    """
    cle, ici = f"choix_{parametre.nom}", adresse.ecran_ouvert()
    portes: dict[str, str] = st.session_state.setdefault(_PORTES, {})
    if portes.get(cle) != ici or cle not in st.session_state or st.session_state[cle] != courant:
        st.session_state[cle] = courant
    portes[cle] = ici
    return cle


def _retenir(parametre: Parametre, cle: str, options: Collection[str], defaut: str | Sequence[str] | None) -> None:
    """Porte un choix dans l'adresse ; le navigateur peut renvoyer un libellé périmé, qui n'est pas un code : ignoré."""
    choisi = st.session_state[cle]
    if isinstance(choisi, list):
        choisi = [code for code in choisi if code in options]
        adresse.changer({parametre: None if choisi == list(defaut or ()) else choisi})
    elif choisi is None or choisi in options:
        adresse.changer({parametre: None if choisi == defaut else choisi})


EXPLIQUES = 12
"""Une liste plus longue n'explique que ce qui y est choisi : trop de définitions n'aident plus."""


def aide(libelle: str, options: Sequence[str], choisis: Sequence[str], nommer: Callable[[str], str]) -> str | None:
    """Ce que veulent dire les termes d'une liste et de ce que l'on y choisit (glossaire) ; None sans terme."""
    lus = mots.termes(libelle, *(nommer(code) for code in (options if len(options) <= EXPLIQUES else choisis)))
    return "\n\n".join(f"**{t.terme}.** {en_clair(typographie(t.definition))}" for t in lus) or None


def choix_unique(
    parametre: Parametre,
    libelle: str,
    options: Sequence[str],
    *,
    nommer: Callable[[str], str],
    defaut: str | None = None,
    invite: str = "Choisir",
    precision: str | None = None,
    etiquette_visible: bool = True,
    dire: bool = True,
) -> str | None:
    """Une liste déroulante ; `defaut` : celui que l'écran calcule, si le paramètre n'en déclare pas.

    `dire` : faux quand l'écran dit lui-même, autrement, ce que l'adresse demande et qui n'existe pas.
    """
    defaut = parametre.defaut or defaut
    courant = verifier(parametre, options, defaut, nommer, dire=dire)
    cle = porter(parametre, courant)
    return st.selectbox(
        libelle,
        options,
        key=cle,
        index=None,
        format_func=nommer,
        placeholder=invite,
        help=precision or aide(libelle, options, [] if courant is None else [courant], nommer),
        label_visibility="visible" if etiquette_visible else "collapsed",
        on_change=lambda: _retenir(parametre, cle, options, defaut),
    )


def choix_multiple(
    parametre: Parametre,
    libelle: str,
    options: Sequence[str],
    *,
    defaut: Sequence[str],
    nommer: Callable[[str], str],
    invite: str,
    etiquette_visible: bool = True,
) -> list[str]:
    """Un choix multiple ; vide, il reprend le défaut."""
    courants = verifier_liste(parametre, options, defaut, nommer)
    cle = porter(parametre, courants)
    return st.multiselect(
        libelle,
        options,
        key=cle,
        help=aide(libelle, options, courants, nommer),
        format_func=nommer,
        placeholder=invite,
        label_visibility="visible" if etiquette_visible else "collapsed",
        select_all=False,  # « Select 53 matches » : un mot cherché et la touche Entrée en ajoutaient cinquante-trois
        on_change=lambda: _retenir(parametre, cle, options, [c for c in defaut if c in options]),
    )


def cases(parametre: Parametre, libelle: str, options: Sequence[str], *, nommer: Callable[[str], str]) -> list[str]:
    """Des cases à allumer, toutes visibles ; aucune d'office."""
    courants = verifier_liste(parametre, options, [], nommer)
    cle = porter(parametre, courants)
    return st.pills(
        libelle,
        options,
        key=cle,
        selection_mode="multi",
        help=aide(libelle, options, courants, nommer),
        format_func=nommer,
        on_change=lambda: _retenir(parametre, cle, options, []),
    )


def texte_libre(parametre: Parametre, libelle: str, *, invite: str, au_plus: int) -> str:
    """Un champ de texte, sans blancs autour."""
    cle = porter(parametre, (adresse.lire(parametre) or "")[:au_plus].strip())
    saisi = st.text_input(
        libelle,
        key=cle,
        max_chars=au_plus,
        placeholder=invite,
        on_change=lambda: adresse.changer({parametre: st.session_state[cle].strip()}),
    )
    return saisi.strip()
