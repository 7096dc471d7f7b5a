"""L'écran Explorer : ses filtres dans l'adresse, son tableau, le passage d'une ligne, le tableau simple."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from indicators.analyse import exploration as domaine
from indicators.analyse.exploration import Exploration, LigneExploree, Niveau
from indicators.base import enquetes
from indicators.base.base import Base
from indicators.base.exploration import TEXTE_MAXIMAL, Filtre, compter, est_grande
from indicators.publications import exports
from indicators.publications.exports_suivis import CLASSEUR_AU_PLUS
from indicators.recit import exploration as mots
from indicators.recit import phrases
from indicators.recit.exploration import LIBELLES_FACETTES
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.territoires import Territoire
from pages.commun import adresse as etat
from pages.commun import choix, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.exemples import une_commune
from pages.commun.gabarits import rendre
from pages.commun.groupes import proposees
from pages.commun.memoire import garder
from pages.parametres import FACE, FACETTES, LIGNE, TERRITOIRE, TEXTE
from pages.serveur.api.adresses import LIGNES_AU_PLUS, PREFIXE
from pages.serveur.api.emporter import EMPORTES

PREMIERES = 20
"""Lignes du tableau simple : de quoi lire au clavier ou sur un téléphone, le reste est dans les fichiers."""


@dataclass(frozen=True)
class Vue:
    """Ce que l'écran montre : l'exploration, et son tableau écrit en français (une ligne par observation).

    `cles` : de quoi retrouver chaque ligne dans une adresse ; `territoires`, `annees`, `documents` : pour le papier ;
    `simple` : les premières lignes en HTML.
    """

    exploration: Exploration
    tableau: pd.DataFrame
    cles: tuple[str, ...]
    territoires: str
    annees: str
    documents: str
    simple: str


@garder(1)
def _options(base: Base) -> dict[str, dict[str, str]]:
    return mots.options_de(base)


@garder(64)
def comptes(base: Base, filtre: Filtre) -> dict[str, dict[str, int]]:
    """Le décompte de chaque option sous ce filtre, gardé en mémoire."""
    return compter(base, filtre)


@garder(4)
def vue(base: Base, filtre: Filtre, niveau: Niveau) -> Vue:
    """Les observations de ce filtre et leur tableau, gardés en mémoire : personne ne les modifie."""
    trouvee = domaine.explorer(base, filtre, niveau, mots.criteres(filtre, niveau, _options(base)))
    chiffres = [ligne.chiffre for ligne in trouvee.lignes]
    return Vue(
        trouvee,
        _tableau(trouvee, base.catalogue),
        tuple(ligne.cle for ligne in trouvee.lignes),
        papier.enumerer(ligne.territoire.nom_court for ligne in trouvee.lignes),
        papier.annees(chiffres),
        papier.enumerer(papier.sources(chiffres, base.catalogue)),
        tableau_simple(trouvee, base.catalogue),
    )


def filtre_de_l_adresse(base: Base) -> Filtre:
    """Le filtre que dit l'adresse ; un code qui n'existe pas est dit, et laissé de côté."""
    options = _options(base)
    choisies = {
        facette: tuple(choix.verifier_liste(p, list(options[facette]), (), options[facette].__getitem__))
        for facette, p in FACETTES.items()
    }
    return Filtre(**choisies, texte=(etat.lire(TEXTE) or "")[:TEXTE_MAXIMAL].strip())


def choisir(base: Base, filtre: Filtre, facettes: Iterable[str], colonnes: int) -> None:
    """Les listes de ces facettes ; chaque option dit ce qu'elle donnerait, celles qui n'ont rien sont retirées."""
    tous, options = comptes(base, filtre), _options(base)
    cases = st.columns(colonnes, gap="medium")
    for rang, facette in enumerate(facettes):
        choisies = getattr(filtre, facette)
        libelles = options[facette]
        if facette in tous:
            libelles = {
                v: f"{libelle}{INSECABLE}· {nombre(tous[facette].get(v, 0))}"
                for v, libelle in libelles.items()
                if tous[facette].get(v) or v in choisies
            }
        with cases[rang % colonnes]:
            _liste(facette, libelles, choisies)


def _liste(facette: str, libelles: dict[str, str], choisies: tuple[str, ...]) -> None:
    """Une liste à choix multiple, portée par l'adresse.

    Le navigateur renvoie des libellés, pas des codes : quand un décompte change, un ancien libellé ne se reconnaîtrait
    plus. La clé suit donc les libellés. Ceux d'une facette ne dépendent pas d'elle : la liste que l'on tient reste.
    """
    cle = f"choix_{facette}_{hash(tuple(libelles.items()))}"
    if st.session_state.get(cle) != list(choisies):
        st.session_state[cle] = list(choisies)
    st.multiselect(
        LIBELLES_FACETTES[facette],
        list(libelles),
        key=cle,
        help=choix.aide(LIBELLES_FACETTES[facette], list(libelles), choisies, libelles.__getitem__),
        format_func=libelles.__getitem__,
        placeholder=LIBELLES_FACETTES[facette],
        label_visibility="collapsed",
        on_change=lambda: etat.changer({FACETTES[facette]: [v for v in st.session_state[cle] if v in libelles]}),
        select_all=False,
    )


def chercher_un_texte() -> None:
    """Le champ de recherche libre, porté par l'adresse."""
    base = en_service()
    ouvert = _ouvert()
    sienne = base.fiche(ouvert.territoire).agglomeration_ouverte if ouvert else None
    proches = [sienne.territoire] if sienne else [] if ouvert else proposees(base)
    lieu = une_commune(base, etat.lire_liste(FACETTES["agglomeration"]) or proches)
    exemples = [mot for mot in (lieu, "RSA", "" if est_grande(base) else "invraisemblable") if mot]
    ou = "territoire, indicateur" if est_grande(base) else "territoire, indicateur, note, passage"
    choix.texte_libre(TEXTE, f"Chercher un mot ({ou})", invite=f"{', '.join(exemples)}…", au_plus=TEXTE_MAXIMAL)


def effacer() -> None:
    """Retire tous les filtres."""
    etat.changer(dict.fromkeys((*FACETTES.values(), TEXTE, LIGNE)))


def parametres(filtre: Filtre, niveau: Niveau) -> dict[str, str]:
    """Le filtre sous la forme d'une adresse."""
    valeurs = {(FACETTES.get(nom) or TEXTE).nom: getattr(filtre, nom) for nom in filtre.actifs}
    face = {FACE.nom: str(niveau)} if str(niveau) != FACE.defaut else {}
    return {n: v if isinstance(v, str) else ",".join(v) for n, v in valeurs.items()} | face


def adresse(filtre: Filtre, niveau: Niveau) -> str:
    """Le lien complet de ce filtre, à coller dans un message."""
    page = (st.context.url or "explorer").partition("?")[0]
    return f"{page}?{urlencode(parametres(filtre, niveau), safe=',')}"


def adresse_des_donnees(filtre: Filtre) -> str:
    """L'adresse où un tableur ou un programme relit ces lignes, à partir de celle de l'écran."""
    accueil = (st.context.url or "explorer").partition("?")[0].rpartition("/")[0]
    sans_face = parametres(filtre, Niveau(FACE.defaut or ""))
    return f"{accueil}{PREFIXE}/observations.csv?{urlencode(sans_face, safe=',')}"


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("explorer.html", part=part, chiffre_ecrit=exports.chiffre_ecrit, **contexte))


def titre() -> str:
    """Le titre de l'écran, et à quoi il sert."""
    return _remplir("titre")


def annonce(exploration: Exploration, ensemble: int, lien_du_filtre: str) -> str:
    """Combien d'observations, sous quels filtres, le lien qui les rouvre, et celui qui s'en tient au lieu ouvert."""
    ouvert = _ouvert()
    seul = ouvert if ouvert is not None and exploration.filtre.texte != ouvert.territoire else None
    return _remplir("annonce", annonce=mots.annonce(exploration, ensemble), adresse=lien_du_filtre, seul=seul)


def _ouvert() -> Territoire | None:
    return en_service().trouver(etat.lire(TERRITOIRE) or "")


def a_une_adresse(exploration: Exploration) -> str:
    """Où un tableur relit ces lignes ; ou ce qu'il faut restreindre pour qu'il y en ait une."""
    return _remplir(
        "a_une_adresse",
        adresse=adresse_des_donnees(exploration.filtre),
        aide=(st.context.url or "explorer").partition("?")[0].rpartition("/")[0] + PREFIXE,
        au_plus=LIGNES_AU_PLUS,
        total=exploration.total,
    )


def emporter(exploration: Exploration, catalogue: Catalogue, lien: str) -> None:
    """Les trois fichiers : toutes les lignes du filtre, que l'écran les montre toutes ou non."""
    if exploration.total > len(exploration.lignes):
        afficher(_tout_emporter(exploration))
        return
    # Une fonction plutôt que des octets : le fichier n'est fait qu'au clic, jamais à chaque geste.
    fichiers = (
        ("Excel (XLSX)", "xlsx", lambda: exports.classeur_observations(exploration, catalogue, lien)),
        ("CSV pour Excel", "csv", lambda: exports.csv_observations(exploration, catalogue)),
        ("Parquet", "parquet", lambda: exports.parquet_observations(exploration, catalogue, lien)),
    )
    for colonne, (nom, suffixe, faire) in zip(st.columns(3, gap="medium"), fichiers, strict=True):
        with colonne:
            st.download_button(
                f"Télécharger ces lignes, {nom}",
                faire,
                file_name=f"observations.{suffixe}",
                mime=exports.TYPES_MIME[suffixe],
                on_click="ignore",
                width="stretch",
            )


def _tout_emporter(exploration: Exploration) -> str:
    accueil = (st.context.url or "explorer").partition("?")[0].rpartition("/")[0]
    demande = urlencode(parametres(exploration.filtre, exploration.niveau), safe=",")
    trop = exploration.total > CLASSEUR_AU_PLUS
    fichiers = [
        (a.titre, f"{accueil}{PREFIXE}{a.chemin}?{demande}", a.fichier)
        for a in EMPORTES
        if not (trop and a.fichier.endswith("xlsx"))
    ]
    return _remplir("tout_emporter", fichiers=fichiers, total=exploration.total, au_plus=CLASSEUR_AU_PLUS)


_TABLES = {
    "segments": "Enquête auprès des habitants",
    "soldes": "Soldes migratoires",
    "agglomerations": "Agglomérations comparées par un document",
    "operations": "Opérations de renouvellement",
    "equipements": "Équipements des quartiers",
    "projets": "Projets de quartier",
}


@garder(1)
def hors_indicateurs(base: Base) -> str:
    """Les tables des documents qui ne sont pas des observations : combien de lignes, où les lire, où les prendre."""
    tables = []
    for nom, titre_de_la_table in _TABLES.items():
        lignes = enquetes.feuille(base, nom)
        if lignes:
            premier = base.trouver(lignes[0]["territoire"]) if nom in {"segments", "soldes", "agglomerations"} else None
            tables.append((titre_de_la_table, len(lignes), premier, nom))
    return _remplir("hors_indicateurs", tables=tables, prefixe=PREFIXE) if tables else ""


def sans_resultat(filtre: Filtre, niveau: Niveau, tous: dict[str, dict[str, int]]) -> str:
    """Rien ne passe : ce qui existe si l'on retire un filtre."""
    elargis = mots.elargissements(filtre, tous)
    return _remplir("sans_resultat", elargissements=[(nom, parametres(autre, niveau), n) for nom, autre, n in elargis])


def _tableau(exploration: Exploration, catalogue: Catalogue) -> pd.DataFrame:
    comparee = exploration.niveau is not Niveau.AUCUNE
    return pd.DataFrame([_cases(n, li, catalogue, comparee) for n, li in enumerate(exploration.lignes, 1)])


def _cases(numero: int, ligne: LigneExploree, catalogue: Catalogue, comparee: bool) -> dict[str, str | int]:
    o, territoire, reference = ligne.chiffre, ligne.territoire, ligne.chiffre_de_reference
    cases: dict[str, str | int] = {
        "N°": numero,
        "Territoire": territoire.nom_court,
        "Indicateur": ligne.indicateur.libelle_court,
        "Chiffre": exports.chiffre_ecrit(ligne) + (" (douteux)" if o.douteuse else ""),
        "Date": phrases.date_complete(o),
    }
    if comparee:
        cases |= {
            "Référence": ligne.reference.nom_court if ligne.reference else "",
            "Chiffre de référence": exports.reference_ecrite(ligne)
            + (" (douteux)" if reference is not None and reference.douteuse else ""),
            "Date de référence": phrases.date_complete(reference) if reference is not None else "",
            "Écart": exports.ecart_ecrit(ligne),
            "Position": mots.mot_de_position(ligne.comparaison),
            "Jugement": mots.mot_de_jugement(ligne.comparaison),
            "Motif": mots.motif(ligne),
        }
    return cases | {
        "Fiabilité": mots.mot_de_fiabilite(o),
        "Statut": mots.mot_du_statut(o),
        "Type": territoire.statut or territoire.maille.libelle,
        "Périmètre": str(territoire.geographie or ""),
        "Code": territoire.territoire,
        "Source": catalogue.sources[o.source].titre,
        "Ligne": str(o.ligne or ""),
        "Note": o.note,
    }


def montrer_tableau(montree: Vue) -> None:
    """Le tableau complet ; cocher une ligne montre son passage."""
    cle = f"tableau_{hash((montree.exploration.filtre, montree.exploration.niveau))}"

    def retenir() -> None:
        if rangs := st.session_state[cle].selection.rows:
            etat.changer({LIGNE: montree.exploration.lignes[rangs[0]].cle})

    st.dataframe(
        montree.tableau,
        key=cle,
        hide_index=True,
        height=min(440, 38 + 35 * len(montree.tableau)),
        on_select=retenir,
        selection_mode="single-row",
        column_config={
            "N°": st.column_config.NumberColumn(width=45, pinned=True),
            "Territoire": st.column_config.TextColumn(width=150, pinned=True),
            "Indicateur": st.column_config.TextColumn(width="medium"),
            "Écart": st.column_config.TextColumn(width=210),
            "Motif": st.column_config.TextColumn(width="large"),
        },
    )


def choisir_ligne(montree: Vue) -> LigneExploree:
    """Le numéro de la ligne à lire, au clavier ; l'adresse le retient par sa clé, pas par son rang."""
    exploration, cles, cle = montree.exploration, montree.cles, "choix_ligne"
    rang = cles.index(choix.verifier(LIGNE, cles, cles[0]) or cles[0])
    if st.session_state.get(cle) != rang + 1:
        st.session_state[cle] = rang + 1
    st.number_input(
        f"Lire la ligne n° (de 1 à {nombre(len(exploration.lignes))})",
        min_value=1,
        max_value=len(exploration.lignes),
        step=1,
        width=260,
        key=cle,
        on_change=lambda: etat.changer({LIGNE: cles[st.session_state[cle] - 1]}),
    )
    return exploration.lignes[rang]


def panneau(ligne: LigneExploree, catalogue: Catalogue) -> str:
    """Une ligne en entier : le chiffre, puis tout ce qui l'explique, jusqu'au passage du document."""
    return _remplir("panneau", ligne=ligne, catalogue=catalogue)


@dataclass(frozen=True)
class LigneSimple:
    """Une ligne du tableau simple, en mots : ce qu'est le lieu, la référence, l'écart, son verdict ou son motif."""

    ligne: LigneExploree
    nature: str
    face: str
    ecart: str
    verdict: str
    jugement: str


def tableau_simple(exploration: Exploration, catalogue: Catalogue) -> str:
    """Les premières lignes en vrai tableau : lisible au clavier, par un lecteur d'écran, sur un téléphone."""
    comparee = exploration.niveau is not Niveau.AUCUNE
    colonnes = ("Territoire", "Indicateur", ("Chiffre", "n"), *((("Référence", "n"), "Écart") if comparee else ()))
    lignes = [_simplifier(ligne) for ligne in exploration.lignes[:PREMIERES]]
    return _remplir("simple", lignes=lignes, comparee=comparee, colonnes=colonnes, catalogue=catalogue)


def _simplifier(ligne: LigneExploree) -> LigneSimple:
    territoire, ecart, c = ligne.territoire, exports.ecart_ecrit(ligne), ligne.comparaison
    raison = phrases.motif(c) if c else mots.motif(ligne)  # une rupture se dit en entier dans la lecture, qui se déplie
    nature = " ".join(m for m in (territoire.statut, str(territoire.geographie or "")) if m)
    return LigneSimple(
        ligne,
        nature or territoire.maille.libelle,
        exports.reference_ecrite(ligne),
        ecart,
        phrases.verdict(c) if c and ecart else raison,
        c.jugement.value if c else "indetermine",
    )
