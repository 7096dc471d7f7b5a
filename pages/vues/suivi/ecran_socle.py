"""Le socle d'une commune et ses « Priorités communales »."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire
from indicators.suivi import engagements as dits
from indicators.suivi import programme, socle
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.documents import ecrit
from indicators.suivi.documents.priorites import priorites
from indicators.suivi.magasin import Magasin
from indicators.suivi.saisie import NOTE
from indicators.suivi.socle import TITRES, LigneDeSocle, SaisieSocle, SectionDuSocle
from pages.commun import adresse, blocs, papier, suivi
from pages.commun.acces import portrait
from pages.commun.affichage import afficher
from pages.commun.choix import choix_unique
from pages.commun.emporter import cote_a_cote
from pages.commun.gabarits import rendre
from pages.parametres import OBJET, TERRITOIRE
from pages.vues.engagements.ecran import tous
from pages.vues.suivi.champ import champ
from pages.vues.suivi.commun import message, valeur
from pages.vues.suivi.decisions import rendus


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « socle », pour une commune."""
    ou = _commune(base)
    if ou is None:
        message("Socle et priorités", "Choisissez une commune qui a un quartier prioritaire.")
        afficher(blocs.pied())
        return
    vue = portrait(base, ou.territoire, None)
    lignes = suivi.lire(lambda m: socle.socle(m, ou.territoire), [])
    anime = qui if qui is not None and qui.role is Role.ANIMATEUR else None
    afficher(
        papier.entete("Suivi : socle et priorités", territoire=ou.nom, documents="choix saisis, base des chiffres")
    )
    if lignes:
        afficher(
            rendre(
                "suivi_sujets.html", part="socle", titre=f"Socle de suivi — {ou.nom}", territoire=ou.territoire,
                lignes=[d for x in lignes if (d := _ligne(base, ou, x)) is not None],
            )
        )  # fmt: skip
    else:
        message(f"Socle de suivi — {ou.nom}", "Aucun indicateur n’a été retenu pour cette commune.")
    if anime is not None:
        _choisir(base, vue, lignes, anime)
        _rediger(ou, anime)
    _emporter(base, vue, lignes)
    afficher(blocs.pied())


def _commune(base: Base) -> Territoire | None:
    """La commune de la barre ou du quartier qu'elle montre ; sinon celle que l'on choisit."""
    ouvert = adresse.lire(TERRITOIRE)
    fiche = base.fiche(ouvert) if ouvert else None
    if fiche is not None and fiche.territoire.maille is Maille.COMMUNE:
        return fiche.territoire
    communes = list(fiche.communes) if fiche is not None else []
    if not communes:
        agglomerations = base.agglomerations() if fiche is None else [fiche.territoire]
        quartiers = [q.territoire for a in agglomerations for q in base.fiche(a.territoire).quartiers]
        communes = sorted({c for q in quartiers for c in base.fiche(q).communes}, key=lambda c: c.nom)
    if len(communes) <= 1:
        return communes[0] if communes else None
    par_code = {c.territoire: c for c in communes}
    choisie = choix_unique(
        OBJET, "Commune", list(par_code), defaut=communes[0].territoire, nommer=lambda c: par_code[c].nom
    )
    return par_code.get(choisie or "")


def _ligne(base: Base, ou: Territoire, ligne: LigneDeSocle) -> dict[str, object] | None:
    if ligne.indicateur not in base.catalogue.indicateurs:
        return None
    i, s = base.catalogue.indicateurs[ligne.indicateur], ligne.saisie
    connues = sorted(base.observations_indicateur(ligne.indicateur, [ou.territoire]), key=_quand)
    par_annee: dict[str, Observation] = {phrases.periode(o): o for o in connues if o.a_une_valeur}

    def fixe(v: float | None, annee: int | None) -> str:
        return f"{valeur(v, i.unite)}{f' ({annee})' if annee else ''}" if v is not None else ""

    return {
        "nom": i.libelle, "code": i.indicateur, "commentaire": s.commentaire, "base": fixe(s.base, s.base_annee),
        "cible": fixe(s.cible, s.cible_annee),
        "valeurs": [
            {"lu": phrases.chiffre(o, i.unite), "periode": periode, "douteux": o.douteuse}
            for periode, o in list(par_annee.items())[-6:]
        ],
    }  # fmt: skip


def _quand(o: Observation) -> tuple[int, int]:
    return (o.annee or o.millesime or 0, o.millesime or 0)


def _choisir(base: Base, vue: Portrait, lignes: list[LigneDeSocle], qui: Auteur) -> None:
    territoire = vue.territoire.territoire
    par_code = {x.indicateur.indicateur: x for x in vue.lignes}
    with st.expander("Choisir les indicateurs, leur départ et leur cible", expanded=not lignes):
        if not lignes:
            defaut = [
                (
                    x.indicateur.indicateur,
                    SaisieSocle(n, x.chiffre.valeur if x.chiffre else None, x.chiffre.annee if x.chiffre else None),
                )
                for n, x in enumerate(vue.tete)
                if x.chiffre is not None and not x.chiffre.douteuse
            ]
            st.button(
                f"Retenir le socle par défaut : les {len(defaut)} familles connues, départ d’aujourd’hui",
                type="primary",
                disabled=not defaut,
                on_click=suivi.geste(lambda m: socle.proposer(m, qui, territoire, defaut)),
            )
        connues = {x.indicateur: x for x in lignes}
        options = [*connues, *(c for c in par_code if c not in connues)]
        choisi = st.selectbox(
            "Indicateur", options, index=None, key="socle_indicateur", placeholder="Ajouter ou changer un indicateur",
            format_func=lambda c: f"{'✓ ' if c in connues else ''}{base.catalogue.indicateurs[c].libelle}",
        )  # fmt: skip
        if choisi is None:
            return
        ligne = connues.get(choisi)
        s = ligne.saisie if ligne else SaisieSocle(len(connues))
        with st.form(f"socle_{territoire}_{choisi}"):
            un, deux, trois, quatre = st.columns(4)
            depart = un.number_input("Départ", value=s.base, placeholder="aucun")
            annee = deux.number_input("Année du départ", value=s.base_annee, step=1, placeholder="aucune")
            cible = trois.number_input("Cible", value=s.cible, placeholder="aucune")
            echeance = quatre.number_input("Année de la cible", value=s.cible_annee, step=1, placeholder="aucune")
            commentaire = st.text_input("Commentaire", value=s.commentaire, max_chars=4000)
            retirer = st.checkbox("Retirer du socle", value=s.retire)
            if st.form_submit_button("Enregistrer", type="primary"):
                dite = replace(
                    s, base=depart, base_annee=annee, cible=cible, cible_annee=echeance, commentaire=commentaire,
                    retire=retirer,
                )  # fmt: skip
                vue_de = ligne.trace.version if ligne else 0
                suivi.tenter(lambda m: socle.retenir(m, qui, territoire, choisi, dite, vue_de))
                st.rerun()


def _ecrire_section(
    qui: Auteur, territoire: str, section: SectionDuSocle, magasin: Magasin, texte: str, vue: int
) -> int:
    return socle.rediger(magasin, qui, territoire, section, texte, vue)


def _rediger(ou: Territoire, qui: Auteur) -> None:
    ecrites = suivi.lire(lambda m: socle.sections(m, ou.territoire), {})
    with st.expander("Écrire les priorités communales, section par section"):
        for section in SectionDuSocle:
            connue = ecrites.get(section)
            champ(
                f"priorites_{ou.territoire}_{section}", TITRES[section], connue.texte if connue else "",
                connue.trace.version if connue else 0,
                partial(_ecrire_section, qui, ou.territoire, section),
                maximum=NOTE,
            )  # fmt: skip


def _emporter(base: Base, vue: Portrait, lignes: list[LigneDeSocle]) -> None:
    code = vue.territoire.territoire

    def faire() -> ecrit.Ecrit:
        jour = suivi.aujourdhui()
        quartiers = {q.territoire for q in vue.fiche.quartiers}
        lieux = {code, *quartiers, *(a.territoire for a in vue.fiche.agglomerations)}
        siens = [e for e in tous(base) if e.territoire in lieux]
        points = suivi.lire(dits.points, [])
        actions = [
            a for a in suivi.lire(lambda m: programme.programmation(m, jour.year), [])
            if quartiers & set(a.saisie.quartiers)
        ]  # fmt: skip
        return priorites(
            base, vue, suivi.lire(lambda m: socle.sections(m, code), {}), lignes, actions, siens,
            dits.situations(siens, points, jour), jour,
        )  # fmt: skip

    pdf, docx = rendus(faire, "Priorités communales", "à compléter", f"priorites-{code}")
    cote_a_cote([docx, pdf])
