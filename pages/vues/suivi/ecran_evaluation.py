"""L'évaluation : ce que la base sait, ce qui a été répondu année par année, le questionnaire de l'année."""

from __future__ import annotations

import streamlit as st

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.base.engagements import IndicateurEvaluation, indicateurs_evaluation
from indicators.publications.exports import TYPES_MIME
from indicators.recit.dessins.suivi import Releve, courbe
from indicators.socle.nombres import capitale
from indicators.socle.projets import grouper
from indicators.socle.territoires import Territoire
from indicators.suivi import evaluation, questionnaire
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.evaluation import AEcrire, Avancement, Fiabilite, Reponse, ValeurEvaluation
from indicators.suivi.refus import ErreurSuivi
from pages.commun import blocs, papier, suivi
from pages.commun.acces import portrait
from pages.commun.affichage import afficher, en_clair
from pages.commun.gabarits import rendre
from pages.parametres import ANNEE_SUIVIE
from pages.serveur import depots
from pages.vues.engagements.ecran import contrat
from pages.vues.suivi.choix import pastilles
from pages.vues.suivi.commun import agglomeration, lignes_de, lu, message, valeur

_TONS = {Avancement.REPONDU: "fait", Avancement.EN_PARTIE: "cours", Avancement.A_RENSEIGNER: "attente"}


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « évaluation », pour une agglomération et une année."""
    cette = suivi.aujourdhui().year
    ou = agglomeration(base)
    annee = int(pastilles(ANNEE_SUIVIE, {str(a): str(a) for a in range(cette, cette - 5, -1)}))
    indicateurs = indicateurs_evaluation(base)
    ecrites = suivi.lire(lambda m: evaluation.valeurs(m, territoire=ou.territoire), [])
    if not ecrites and contrat(base, [i.source for i in indicateurs], ou.territoire) is None:
        afficher(papier.entete("Suivi : évaluation", territoire=ou.nom))
        message("Évaluation", f"Aucun document lu ne donne les indicateurs d’évaluation du contrat de {ou.nom}.")
        afficher(blocs.pied())
        return
    if qui is not None and qui.role is Role.ANIMATEUR:
        _ecrire(indicateurs, ou, annee, ecrites, qui)
    avancements = evaluation.avancements([i.id for i in indicateurs], ecrites, {ou.territoire}, annee)
    comptes = {a: sum(v is a for v in avancements.values()) for a in Avancement}
    vue = portrait(base, ou.territoire, None)
    sues = sum(bool(lignes_de(vue, i.codes)) for i in indicateurs)
    phrase = (
        f"En {annee}, sur {len(indicateurs)} indicateurs : {comptes[Avancement.REPONDU]} répondus, "
        f"{comptes[Avancement.EN_PARTIE]} en partie, {comptes[Avancement.A_RENSEIGNER]} à renseigner ; "
        f"la base des chiffres en éclaire {sues}."
    )
    afficher(papier.entete("Suivi : évaluation", territoire=ou.nom, annee=str(annee), documents="réponses saisies"))
    groupes = [
        {
            "nom": capitale(nom),
            "compte": f"{sum(avancements[i.id] is Avancement.REPONDU for i in siens)} répondus sur {len(siens)}",
            "lignes": [_ligne(i, vue, ecrites, avancements[i.id]) for i in siens],
        }
        for nom, siens in grouper(indicateurs, lambda i: i.groupe)
    ]
    afficher(
        rendre(
            "suivi_sujets.html", part="evaluation", titre=f"Évaluation — {ou.nom}", phrase=phrase, annee=annee,
            groupes=groupes,
        )
    )  # fmt: skip
    afficher(blocs.pied())


def _ligne(
    i: IndicateurEvaluation, vue: Portrait, ecrites: list[ValeurEvaluation], avancement: Avancement
) -> dict[str, object]:
    siennes = [v for v in ecrites if v.indicateur == i.id]
    chiffrees = [v for v in siennes if v.reponse.valeur is not None]
    memes = len({v.reponse.unite for v in chiffrees}) == 1
    dessin = ""
    if len(chiffrees) > 2 and memes:  # deux valeurs se lisent mieux en toutes lettres, juste dessous
        douteuse = Fiabilite.DOUTEUSE
        dessin = courbe(
            [
                Releve(str(v.annee), v.reponse.valeur, _dit(v.reponse), v.reponse.fiabilite is douteuse)
                for v in chiffrees
            ],
            i.libelle,
        )
    return {
        "libelle": capitale(i.libelle.rstrip(".")),
        "base": [lu(x) for x in lignes_de(vue, i.codes)[:4]],
        "dessin": dessin,
        "reponses": [
            {
                "annee": v.annee, "lu": _dit(v.reponse), "douteuse": v.reponse.fiabilite is Fiabilite.DOUTEUSE,
                "source": v.reponse.source,
            }
            for v in siennes
        ],
        "mot": evaluation.MOTS[avancement],
        "ton": _TONS[avancement],
    }  # fmt: skip


def _dit(r: Reponse) -> str:
    return " — ".join(filter(None, (valeur(r.valeur, r.unite), r.reponse)))


def _ecrire(
    indicateurs: list[IndicateurEvaluation], ou: Territoire, annee: int, ecrites: list[ValeurEvaluation], qui: Auteur
) -> None:
    questions = [questionnaire.Question(i.id, i.libelle, ou.territoire, ou.nom) for i in indicateurs]
    with st.expander(f"Répondre pour {annee} : questionnaire à envoyer, à reprendre, ou réponse par réponse"):
        st.download_button(
            f"Questionnaire {annee} (XLSX, à envoyer aux partenaires)",
            lambda: questionnaire.questionnaire_xlsx(questions, annee, ecrites),
            file_name=f"questionnaire-{ou.territoire}-{annee}.xlsx",
            mime=TYPES_MIME["xlsx"],
            on_click="ignore",
        )
        _reprendre(questions, qui)
        _repondre(indicateurs, ou, annee, ecrites, qui)


def _reprendre(questions: list[questionnaire.Question], qui: Auteur) -> None:
    # Une fois repris, le dépôt se vide : le bouton ne peut pas réécrire le questionnaire d'avant.
    repris = st.session_state.setdefault("questionnaires_repris", 0)
    depot = st.file_uploader("Questionnaire rempli", type=["xlsx"], key=f"questionnaire_rendu_{repris}")
    if depot is None:
        return
    try:
        dites = questionnaire.lire_questionnaire(depots.octets(depot), depot.name, questions)
    except ErreurSuivi as refus:
        for phrase in str(refus).split("\n"):
            st.error(en_clair(phrase))
        return
    annees = sorted({d.annee for d in dites})
    pour = ", ".join(map(str, annees))
    st.write(f"{len(dites)} réponses lues, pour {pour or 'aucune année'}.")

    def garder() -> None:
        if suivi.tenter(lambda m: evaluation.repondre_tout(m, qui, dites)):
            st.session_state["questionnaires_repris"] = repris + 1

    st.button(f"Enregistrer ces {len(dites)} réponses de {pour}", type="primary", disabled=not dites, on_click=garder)


def _repondre(
    indicateurs: list[IndicateurEvaluation], ou: Territoire, annee: int, ecrites: list[ValeurEvaluation], qui: Auteur
) -> None:
    libelles = {i.id: f"{i.id} — {capitale(i.libelle)[:100]}" for i in indicateurs}
    choisi = st.selectbox(
        "Indicateur", list(libelles), format_func=libelles.__getitem__, key="indicateur_evalue", index=None,
        placeholder="Répondre à un seul indicateur",
    )  # fmt: skip
    if choisi is None:
        return
    connue = next((v for v in ecrites if (v.indicateur, v.annee) == (choisi, annee)), None)
    r = connue.reponse if connue else Reponse()
    with st.form(f"reponse_{choisi}_{annee}"):
        un, deux = st.columns(2)
        nombre = un.number_input("Valeur", value=r.valeur, placeholder="aucune")
        unite = deux.text_input("Unité", value=r.unite, max_chars=200)
        mots = st.text_area("Réponse en mots", value=r.reponse, max_chars=4000)
        source = st.text_input("Source", value=r.source, max_chars=200)
        commentaire = st.text_input("Commentaire", value=r.commentaire, max_chars=4000)
        douteuse = st.checkbox("Réponse douteuse", value=r.fiabilite is Fiabilite.DOUTEUSE)
        if st.form_submit_button("Enregistrer", type="primary"):
            fiabilite = Fiabilite.DOUTEUSE if douteuse else Fiabilite.SURE
            dite = AEcrire(
                choisi, ou.territoire, annee, Reponse(nombre, mots, unite, source, commentaire, fiabilite),
                connue.trace.version if connue else 0,
            )  # fmt: skip
            suivi.tenter(lambda m: evaluation.repondre(m, qui, dite))
            st.rerun()
