"""Des verdicts qui tiennent : ce qui doit être vrai de chaque territoire, quel que soit le chiffre qui arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from test_ruptures import verifier

from indicators.analyse.comparaison import Comparaison, Jugement, Motif, comparer
from indicators.analyse.comparatif import cle_de_periode, confronter
from indicators.analyse.evolution import Evolution, MotifEvolution, evoluer
from indicators.analyse.population import population_de
from indicators.analyse.portrait import Ligne, Portrait, dresser
from indicators.base.base import Base
from indicators.recit import phrases, resume
from indicators.recit.page import portrait as page
from indicators.socle import nombres
from indicators.socle.catalogue import NatureRupture, coupure
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire

JUGES = {Jugement.FAVORABLE, Jugement.DEFAVORABLE, Jugement.PROCHE}


@pytest.fixture(scope="module")
def portraits(vraie: Base, lieux_eprouves: list[Territoire]) -> list[Portrait]:
    """Le portrait de chaque lieu éprouvé, fait une fois."""
    return [dresser(vraie, t.territoire) for t in lieux_eprouves]


def lignes(portraits: list[Portrait]) -> Iterator[tuple[Portrait, Ligne]]:
    return ((vue, ligne) for vue in portraits for ligne in vue.lignes)


def fautes_de_comparaison(c: Comparaison, habitants: float | None) -> list[str]:
    """Ce qui ne va pas dans une comparaison : jugée alors que rien ne permet de juger."""
    if c.jugement not in JUGES:
        return []
    seuil = c.indicateur.seuil_population
    return [
        faute
        for faute, vrai in (
            ("chiffre douteux", c.observation.douteuse),
            ("référence douteuse", c.reference is None or c.reference.douteuse),
            ("motif", c.motif is not Motif.AUCUN),
            ("petit territoire", seuil is not None and habitants is not None and habitants < seuil),
            ("années", c.des_annees_differentes),
        )
        if vrai
    ]


def fautes_d_evolution(e: Evolution, base: Base, territoire: Territoire) -> list[str]:
    """Ce qui ne va pas dans une évolution : dite à travers une rupture, ou jugée à tort."""
    ruptures = base.catalogue.ruptures_de(e.indicateur.indicateur, territoire)
    fautes = []
    if e.variation is not None:
        assert e.depart is not None and e.arrivee is not None and e.depart.annee and e.arrivee.annee
        if coupure(e.depart.annee, e.arrivee.annee, ruptures):
            fautes.append("traverse une rupture")
        if e.jugement in JUGES:
            ecart = e.arrivee.annee - e.depart.annee
            if any(r.ecart_annees is not None and ecart < r.ecart_annees for r in ruptures):
                fautes.append("années trop proches")
            if e.indicateur.en_euros:
                fautes.append("euros courants")
            if e.depart.douteuse or e.arrivee.douteuse:
                fautes.append("douteux")
    elif e.jugement in JUGES:
        fautes.append("jugée sans variation")
    return fautes


def test_tous_les_territoires_ont_un_portrait(vraie, portraits):
    for vue in portraits:
        assert resume.chapeau(vue)
        assert len(vue.tete) == len(vraie.catalogue.familles)
        for ligne in vue.lignes:
            for comparaison, reference in zip(ligne.comparaisons, vue.references, strict=True):
                texte = phrases.lecture(comparaison, vue.territoire, reference)
                assert texte.endswith(".")
                assert phrases.ecart(comparaison) or phrases.motif(comparaison)


def test_un_verdict_rendu_a_tort_se_voit(chiffre, indicateur):
    """Les propriétés ci-dessous échouent bien quand un garde-fou manque."""
    douteuse = comparer(chiffre(46.7, fiabilite="douteuse"), chiffre(18.8), indicateur)
    assert fautes_de_comparaison(douteuse, None) == []
    forcee = replace(douteuse, jugement=Jugement.DEFAVORABLE)
    assert fautes_de_comparaison(forcee, None) == ["chiffre douteux", "motif"]
    petite = replace(
        comparer(chiffre(46.7), chiffre(18.8), indicateur), indicateur=replace(indicateur, seuil_population=500)
    )
    assert fautes_de_comparaison(petite, 47) == ["petit territoire"]


def test_une_tendance_dite_a_tort_se_voit(vraie, chiffre):
    quartier, taux = vraie.territoire("QP062011"), vraie.catalogue.indicateur("taux_pauvrete")
    avant, apres = chiffre(43.9, annee=2017), chiffre(46.7, annee=2018)
    assert fautes_d_evolution(evoluer(avant, apres, taux), vraie, quartier) == [
        "traverse une rupture",
        "années trop proches",
    ]
    ruptures = vraie.catalogue.ruptures_de("taux_pauvrete", quartier)
    assert fautes_d_evolution(evoluer(avant, apres, taux, ruptures=ruptures), vraie, quartier) == []


def test_rien_de_douteux_ni_de_trop_petit_n_est_juge(portraits):
    jugees = 0
    for vue in portraits:
        habitants = population_de(o for li in vue.lignes for o in (li.chiffre, *li.autres) if o is not None)
        for ligne in vue.lignes:
            for comparaison in ligne.comparaisons:
                fautes = fautes_de_comparaison(comparaison, habitants)
                assert not fautes, (vue.territoire.territoire, ligne.indicateur.indicateur, fautes)
                jugees += comparaison.jugement in JUGES
    assert jugees > 1000


def test_aucune_tendance_ne_traverse_une_rupture_ni_n_est_jugee_a_tort(vraie, portraits):
    dites = coupees = 0
    for vue, ligne in lignes(portraits):
        if ligne.trajectoire is None:
            continue
        ruptures = vraie.catalogue.ruptures_de(ligne.indicateur.indicateur, vue.territoire)
        for evolution in filter(None, (ligne.trajectoire.evolution, ligne.trajectoire.avant)):
            fautes = fautes_d_evolution(evolution, vraie, vue.territoire)
            assert not fautes, (vue.territoire.territoire, ligne.indicateur.indicateur, fautes)
        for segment in ligne.trajectoire.segments:
            assert coupure(segment[0].annee or 0, segment[-1].annee or 0, ruptures) is None
        if ligne.evolution_ecart is not None and ligne.evolution_ecart.variation is not None:
            avant, apres = ligne.evolution_ecart.depart, ligne.evolution_ecart.arrivee
            assert not any(c.observation.douteuse or c.reference.douteuse for c in (avant, apres))
            assert ligne.trajectoire.evolution.motif is MotifEvolution.AUCUN
        dites += ligne.evolution is not None
        coupees += ligne.trajectoire.evolution.motif is MotifEvolution.RUPTURE
    assert dites > 100
    assert coupees > 3


def test_la_tendance_est_celle_du_chiffre_montre(portraits):
    for vue, ligne in lignes(portraits):
        if ligne.evolution is not None:
            assert ligne.evolution.arrivee is ligne.chiffre, (vue.territoire.territoire, ligne.indicateur.indicateur)


def test_la_carte_et_le_classement_ont_l_annee_et_la_reference_du_portrait(vraie, portraits):
    """Ouvert depuis un territoire, Comparer et la carte montrent l'année de son portrait, face à sa référence."""
    verifies = 0
    for vue in portraits[::5]:
        for ligne in vue.tete:
            if ligne.chiffre is None or not ligne.chiffre.a_une_valeur or not vue.references:
                continue
            comparatif = confronter(
                vraie, ligne.indicateur, [vue.territoire], vue.references, None, vue.territoire.territoire
            )
            assert comparatif.periode == cle_de_periode(ligne.chiffre)
            (sienne,) = comparatif.lignes
            montree = ligne.comparaisons[0]
            if montree.reference is not None and montree.reference.a_une_valeur:
                assert comparatif.references[0][1].valeur == montree.reference.valeur
                assert sienne.comparaisons[0].jugement is montree.jugement
                verifies += 1
    assert verifies > 50


def test_un_chiffre_plus_recent_est_ecrit_a_cote(portraits):
    for _, ligne in lignes(portraits):
        if ligne.plus_recent is not None:
            assert (ligne.plus_recent.annee or 0) > (ligne.chiffre.annee or 0)


def test_une_famille_montre_le_meilleur_indicateur_connu(vraie, portraits):
    for vue in portraits:
        connus: dict[str, Observation] = {li.indicateur.indicateur: li.chiffre for li in vue.lignes if li.chiffre}
        for ligne in vue.tete:
            siens = [c.indicateur for c in ligne.famille.pour(vue.territoire.maille)]
            sures = [c for c in siens if c in connus and connus[c].a_une_valeur and not connus[c].douteuse]
            assert ligne.indicateur.indicateur in siens
            assert not sures or ligne.indicateur.indicateur == sures[0]
            assert all(c.indicateur == ligne.indicateur for c in ligne.comparaisons)


def test_un_sujet_ne_ressort_qu_une_fois(vraie, portraits):
    for vue in portraits:
        for jugement in (Jugement.FAVORABLE, Jugement.DEFAVORABLE):
            sujets = [
                vraie.catalogue.sujet(li.indicateur)
                for li, _ in resume.points_saillants(vue, jugement, vraie.catalogue, 9)
            ]
            assert len(sujets) == len(set(sujets)), vue.territoire.territoire


def test_un_territoire_d_intervalles_juges_n_entend_pas_aucun(petite):
    """« 25 à 30 % » face à 18,8 % est certain : c'est moins bien, et cela se dit."""
    vue = dresser(petite, "QP001002")
    assert [li.indicateur.indicateur for li in vue.jugees(Jugement.DEFAVORABLE)] == ["taux_pauvrete"]
    ((ligne, comparaison),) = resume.points_saillants(vue, Jugement.DEFAVORABLE, petite.catalogue)
    assert not ligne.chiffre.est_ponctuelle
    assert phrases.ecart(comparaison).replace("\u00a0", " ") == "de 6,2 à 11,2 points de plus"  # 25 et 30, moins 18,8


_INVARIABLES = {"fois", "pas", "ans", "puis", "dans", "sans", "plus", "moins", "des", "les", "tous"}
_UN_PLURIEL = re.compile(r"(?<![\d,.\u202f\u00a0-])1[\u00a0 ]([a-zéèêàûôîç]{3,}s)\b")
_FEMININS = re.compile(r"\b(communes|agglomérations|régions|unités urbaines|poches de pauvreté) (de \d{4} )?connus\b")
_DEUX_FOIS = re.compile(r"\b(Insee|DEPP|ANCT|Dares), \1\b")


_ZERO_SIGNE = re.compile(r"[+−]0(,0+)?(?![\d,])")
"""« −0,0 » : une variation nulle n'a pas de signe."""


def fautes_d_accord(texte: str) -> list[str]:
    """Ce qui ne s'accorde pas dans une phrase."""
    fautes = [m[0] for m in _UN_PLURIEL.finditer(texte) if m[1] not in _INVARIABLES]
    fautes += [m[0] for m in _FEMININS.finditer(texte)]
    fautes += [m[0] for m in _DEUX_FOIS.finditer(texte)]
    return fautes


@pytest.mark.parametrize(
    "faute", ["1 lignes lues", "26 communes connus", "Insee, Insee, Filosofi", "2e des 4 agglomérations connus"]
)
def test_une_phrase_mal_accordee_se_voit(faute):
    assert fautes_d_accord(faute)


def phrases_d_une_page(vraie: Base, vue: Portrait) -> Iterator[str]:
    composee = page.composer(vraie, vue)
    yield composee.identite.chapeau
    yield from (d for _, d in composee.absents.items)
    for carte in (*composee.cles, *(c for theme in composee.themes for c in theme.cartes)):
        yield from (carte.place, carte.tendance, carte.plus_recent, carte.fait, carte.verdict, carte.source)
        yield from (f.raison for f in carte.faces)
        if carte.details is not None:
            yield from (texte for titre, texte in carte.details.paragraphes if titre in {"Lecture", "Source"})
    yield from (s.nom for s in composee.sources)
    for saillants in composee.saillants:
        yield from saillants.en_phrases()


def test_toutes_les_phrases_s_accordent(vraie, portraits):
    lues = 0
    for vue in portraits[::3]:
        for texte in phrases_d_une_page(vraie, vue):
            assert not fautes_d_accord(texte), (vue.territoire.territoire, texte)
            assert not _ZERO_SIGNE.search(texte) and not re.search(r"\bNone\b", texte), (
                vue.territoire.territoire,
                texte,
            )
            lues += 1
    assert lues > 5000


def test_une_raison_appartient_a_qui_elle_concerne(vraie, portraits):
    """Le secret d'une commune n'est pas écrit au nom de l'agglomération, qui a un chiffre."""
    vues = 0
    for vue in portraits:
        for ligne in vue.lignes:
            if ligne.chiffre.a_une_valeur:
                continue
            for comparaison, reference in zip(ligne.comparaisons, vue.references, strict=True):
                if comparaison.reference is not None and comparaison.reference.a_une_valeur:
                    raison = page.carte(ligne, vue, vraie.catalogue).faces[vue.references.index(reference)].raison
                    assert "secret" not in raison, (vue.territoire.territoire, raison)
                    vues += 1
    assert vues > 20


def test_aucun_portrait_ne_compare_a_travers_une_rupture(vraie, portraits):
    """Vérifié comme le reste des ruptures, sur des portraits déjà dressés ici."""
    comparees = [
        verifier(vraie, c, vue.territoire, reference)
        for vue, ligne in lignes(portraits)
        for c, reference in zip(ligne.comparaisons, vue.references, strict=True)
    ]
    assert len(comparees) > 10_000


def test_le_catalogue_des_ruptures_et_des_familles_se_tient(vraie):
    catalogue = vraie.catalogue
    for rupture in catalogue.ruptures:
        assert rupture.source and rupture.raison
        assert (rupture.depuis is not None) or rupture.nature in {
            NatureRupture.RECOUVREMENT, NatureRupture.ANNEES_PROCHES,
        }  # fmt: skip
        assert not rupture.nature.coupe or rupture.depuis is not None
    for famille in catalogue.familles:
        for maille in Maille:
            assert famille.pour(maille), (famille.famille, maille)


def test_un_bilan_ne_compte_que_ce_qui_se_juge(portraits):
    for vue in portraits:
        juges = sum(bool(li.comparaisons) and li.comparaisons[0].jugement in JUGES for li in vue.tete)
        texte = resume.bilan(vue)
        if juges == 0:
            assert "se jugent" not in texte and "défavorable" not in texte
        elif juges > 1:
            assert nombres.cardinal(juges) in texte
