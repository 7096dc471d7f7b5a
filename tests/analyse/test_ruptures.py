"""Rien ne se compare à travers une rupture déclarée : ni écart, ni rapport, ni position, et la phrase dit pourquoi."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
from feuilles import PETITE_BASE, ecrire_les_feuilles
from test_engagements import VELO

from indicators.analyse.comparaison import Comparaison, Jugement, Motif, Position, comparer, reference_de
from indicators.analyse.comparatif import confronter, croiser
from indicators.analyse.engagements import Rapprochement, situer
from indicators.analyse.exploration import Exploration, Niveau, explorer
from indicators.analyse.exploration import suivre as tout_explorer
from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.base.exploration import Filtre
from indicators.publications import exports, ouvertes
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.croise import csv_du_croise
from indicators.publications.tableur import csv_francais
from indicators.recit import phrases, tableau_croise
from indicators.recit.engagements import situation_en_mots
from indicators.recit.page import entourage
from indicators.recit.page import portrait as page
from indicators.socle.catalogue import NatureRupture, Rupture, coupure
from indicators.socle.observations import meme_periode
from indicators.socle.territoires import Territoire
from pages.commun import graphiques

RAISON = "en 2019, le calcul a changé"
QUARTIER, AGGLO, REGION = "QN00101M", "EPCI200000001", "REG84"
"""Le quartier et la région sont connus en 2021 et 2020, l'agglomération en 2018 : la rupture de 2019 l'en sépare."""
PAS_UN_NOMBRE = (None, None, None, None, Position.INDETERMINE, Jugement.INDETERMINE)


def rupture(nature: NatureRupture = NatureRupture.LEGISLATION, depuis: int = 2019, lieu: str = "") -> Rupture:
    return Rupture(("taux_pauvrete",), (), (lieu,) if lieu else (), depuis, nature, None, RAISON, "Insee")


def ce_qu_elle_dit(c: Comparaison) -> tuple[object, ...]:
    return c.ecart, c.ecart_min, c.ecart_max, c.rapport, c.position, c.jugement


@pytest.fixture
def coupee(tmp_path) -> Iterator[Base]:
    """La petite base, dont le taux de pauvreté a changé de calcul en 2019."""
    declaree = {
        "indicateur": "taux_pauvrete",
        "depuis": "2019",
        "nature": "legislation",
        "raison": RAISON,
        "source": "Insee",
    }
    dossier = ecrire_les_feuilles(tmp_path / "data", {**PETITE_BASE, "ruptures": [declaree]})
    base = Base(construire(dossier))
    yield base
    base.fermer()


# --- la règle --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nature", NatureRupture)
@pytest.mark.parametrize("annees", [(2012, 2021), (2021, 2012)])
def test_deux_annees_qu_une_rupture_separe_ne_se_comparent_pas(chiffre, indicateur, nature, annees):
    sien, autre = (chiffre(v, annee=a) for v, a in zip((46.7, 18.8), annees, strict=True))
    resultat = comparer(sien, autre, indicateur, ruptures=[rupture(nature)])
    if nature.coupe:
        assert (resultat.motif, resultat.rupture) == (Motif.RUPTURE, rupture(nature))
        assert ce_qu_elle_dit(resultat) == PAS_UN_NOMBRE
        assert (phrases.ecart(resultat), phrases.rapport(resultat)) == ("", "")
        assert phrases.motif_entier(resultat) == f"{annees[0]} et {annees[1]} ne se comparent pas, car {RAISON}"
        assert "en 2019" in phrases.verdict(resultat) and not resultat.motif.est_un_fait
    else:
        assert (resultat.motif, resultat.rupture) == (Motif.ANNEES_DIFFERENTES, None)
        assert resultat.ecart == pytest.approx(46.7 - 18.8)


@pytest.mark.parametrize(("depuis", "separe"), [(2012, False), (2013, True), (2021, True), (2022, False)])
def test_le_nouveau_calcul_vaut_a_partir_de_son_annee(chiffre, indicateur, depuis, separe):
    sien, autre = chiffre(46.7, annee=2012), chiffre(18.8, annee=2021)
    assert (comparer(sien, autre, indicateur, ruptures=[rupture(depuis=depuis)]).motif is Motif.RUPTURE) == separe


def test_la_meme_annee_n_est_separee_par_rien(chiffre, indicateur):
    assert comparer(chiffre(46.7), chiffre(18.8), indicateur, ruptures=[rupture(depuis=2018)]).motif is Motif.AUCUN
    agglo = chiffre(18.8, territoire=AGGLO, source="retropolee")
    change = replace(rupture(NatureRupture.PERIMETRE, 2021, AGGLO), apres=frozenset({(AGGLO, "retropolee")}))
    assert comparer(chiffre(46.7), agglo, indicateur, ruptures=[change]).motif is Motif.AUCUN


def test_le_perimetre_de_la_reference_separe_aussi(chiffre, indicateur, vraie):
    agglo = chiffre(18.8, annee=2021, territoire=AGGLO)
    change = rupture(NatureRupture.PERIMETRE, 2020, AGGLO)
    assert comparer(chiffre(46.7), agglo, indicateur, ruptures=[change]).motif is Motif.RUPTURE
    du_lieu = next(r for r in vraie.catalogue.ruptures if r.du_lieu and r.territoires[0].startswith("EPCI"))
    elle, quartier = vraie.territoire(du_lieu.territoires[0]), vraie.territoire("QP062011")
    assert du_lieu in vraie.catalogue.ruptures_entre("taux_pauvrete", quartier, elle)
    assert du_lieu in vraie.catalogue.ruptures_entre("taux_pauvrete", elle, quartier)
    assert du_lieu not in vraie.catalogue.ruptures_de("taux_pauvrete", quartier)


def test_sans_annee_imprimee_rien_ne_dit_de_quel_cote(chiffre, indicateur):
    edition = chiffre(18.8, annee=None, millesime=2023)
    assert comparer(chiffre(46.7, annee=2012), edition, indicateur, ruptures=[rupture()]).motif is (
        Motif.ANNEES_DIFFERENTES
    )


def test_deux_periodes_sans_leurs_ruptures_sont_une_faute_de_programme(chiffre, indicateur):
    with pytest.raises(ValueError, match="ruptures"):
        comparer(chiffre(46.7, annee=2012), chiffre(18.8, annee=2021), indicateur)


def test_la_reference_du_meme_cote_sert_d_abord(chiffre):
    moi = chiffre(46.7, annee=2015)
    proche, ancienne = chiffre(18.8, annee=2019), chiffre(17.0, annee=2008)
    assert reference_de(moi, [proche, ancienne]) is proche
    assert reference_de(moi, [proche, ancienne], [rupture()]) is ancienne
    douteuse = chiffre(17.0, annee=2015, fiabilite="douteuse")
    assert reference_de(moi, [proche, douteuse], [rupture()]) is douteuse, "un fait marqué plutôt que rien"
    assert reference_de(moi, [proche, chiffre(statut="secret", annee=2015)], [rupture()]) is proche
    sans_annee = chiffre(18.0, annee=None, millesime=2024)
    assert reference_de(moi, [proche, sans_annee], [rupture()]) is proche, "une édition ne dit pas son côté"


# --- partout ---------------------------------------------------------------------------------------------------------


def lignes_de(csv_octets: bytes, separateur: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_octets.decode("utf-8-sig"), newline=""), delimiter=separateur))


def exploree(base: Base, niveau: Niveau) -> Exploration:
    exploration = explorer(base, Filtre(perimetre=("2024",)), niveau, (("Comparaison avec", niveau.libelle),))
    assert [ligne.territoire.territoire for ligne in exploration.lignes] == [QUARTIER]
    return exploration


def test_explorer_et_ses_fichiers_disent_la_raison_et_aucun_nombre(coupee):
    exploration = exploree(coupee, Niveau.AGGLOMERATION)
    ligne = exploration.lignes[0]
    assert ligne.comparaison.motif is Motif.RUPTURE
    assert ligne.chiffre_de_reference.valeur == 18.8, "la référence reste montrée"
    (lue,) = csv.DictReader(
        io.StringIO(exports.csv_observations(exploration, coupee.catalogue).decode("utf-8-sig")), delimiter=";"
    )
    assert (lue["ecart"], lue["ecart_ecrit"], lue["position"], lue["jugement"]) == ("", "", "", "")
    assert lue["motif"] == f"2021 et 2018 ne se comparent pas, car {RAISON}"
    region = exploree(coupee, Niveau.REGION).lignes[0].comparaison
    assert (region.motif, region.ecart) == (Motif.ANNEES_DIFFERENTES, 44.0 - 12.5)


def test_le_portrait_ses_papiers_et_son_classeur(coupee):
    vue = dresser(coupee, QUARTIER)
    (ligne,) = [li for li in vue.lignes if li.indicateur.indicateur == "taux_pauvrete"]
    agglo, region = ligne.comparaisons
    assert (agglo.motif, region.motif) == (Motif.RUPTURE, Motif.ANNEES_DIFFERENTES)
    carte = page.carte(ligne, vue, coupee.catalogue)
    assert carte.faces[0].raison.replace("\u00a0", " ") == (
        "Essais : 2021 et 2018 ne se comparent pas (nouvelle loi, autre calcul en 2019)"
    )
    assert not carte.faces[0].mots
    assert [repere.nom for repere in carte.dessin.reperes] == ["AURA"], "aucun trait à travers la rupture"
    assert ("Rupture", "En 2019, le calcul a changé (Insee).") in carte.details.paragraphes
    assert any(RAISON in texte for titre, texte in carte.details.paragraphes if titre == "Lecture")
    assert [b.role for b in entourage.face_aux(ligne, vue, coupee, []).barres] == ["territoire", "reference"]
    classeur = openpyxl.load_workbook(io.BytesIO(classeur_xlsx(vue, coupee.catalogue)))
    cellules = [str(c.value) for feuille in classeur for rangee in feuille.iter_rows() for c in rangee if c.value]
    assert f"2021 et 2018 ne se comparent pas, car {RAISON}" in cellules
    (dite, _) = ouvertes.portrait(coupee, vue)["familles"][0]["comparaisons"]
    assert (dite["motif"], dite["ecart"], dite["rapport"], dite["position"]) == ("rupture", None, None, "indetermine")
    assert RAISON in dite["phrase"]


def test_comparer_son_graphique_et_son_csv(coupee):
    lieux = coupee.territoires([QUARTIER])
    references = [coupee.territoire(code) for code in (AGGLO, REGION)]
    vue = confronter(coupee, coupee.catalogue.indicateur("taux_pauvrete"), lieux, references)
    assert [t.territoire for t, _ in vue.separees] == [AGGLO]
    assert [t.territoire for t, _ in graphiques._tracees(vue)] == [REGION]
    assert RAISON in graphiques.reperes(vue)
    rangees = {
        rangee[1]: rangee for rangee in lignes_de(csv_francais(vue, coupee.catalogue.sources)) if len(rangee) > 1
    }
    assert rangees[QUARTIER][-2:] == ["", "31,5"]  # 44,0 − 12,5, et rien face à l'agglomération
    assert RAISON in " ".join(rangees[AGGLO])


def test_le_tableau_croise(coupee):
    lieux, references = coupee.territoires([QUARTIER]), [coupee.territoire(AGGLO)]
    tableau = tableau_croise.ecrire(
        croiser(coupee, [coupee.catalogue.indicateur("taux_pauvrete")], lieux, references), lieux, references
    )
    (case,) = tableau.rangees[0].cases
    assert (case.position, case.jugement, case.part) == ("non comparé", Jugement.INDETERMINE, None)
    assert "nouvelle loi, autre calcul en 2019" in case.fait
    assert RAISON in tableau.references[0].cases[0].fait
    assert len(tableau.notes) == 1 and RAISON in tableau.notes[0]
    assert RAISON in csv_du_croise(tableau, "Essai", ["Insee"]).decode("utf-8-sig")


def test_une_cible_se_lit_dans_la_mesure_de_son_depart(chiffre, indicateur, petite):
    """Un engagement pris en 2018 ne se mesure pas avec le calcul de 2021."""
    connus = [chiffre(46.7, annee=2018), chiffre(41.0, annee=2021)]
    situation = situer(VELO, indicateur, connus, ruptures=[rupture()])
    assert situation.rapprochement is Rapprochement.DISTANCE
    assert (situation.comparaison.ecart, situation.comparaison.motif) == (None, Motif.RUPTURE)
    dite = situation_en_mots(situation, petite.territoire("QP001001"))
    assert dite.endswith(f"2021 et 2018 ne se comparent pas, car {RAISON}.")
    assert situer(VELO, indicateur, connus, ruptures=[rupture(depuis=2022)]).comparaison.ecart == 41.0 - 30


# --- la base embarquée -----------------------------------------------------------------------------------------------


def traverse(base: Base, c: Comparaison, lieu: Territoire, reference: Territoire) -> bool:
    """Recompté autrement que la règle : une année de chaque côté d'une rupture qui coupe, pour l'un ou l'autre."""
    if c.reference is None or meme_periode(c.observation, c.reference):
        return False
    ruptures = [r for t in (lieu, reference) for r in base.catalogue.ruptures_de(c.indicateur.indicateur, t)]
    annees = c.observation.annee, c.reference.annee
    if None in annees:
        return False
    de_tous = [r for r in ruptures if not r.du_lieu]
    return coupure(annees[0] or 0, annees[1] or 0, de_tous) is not None or any(
        r.est_avant(c.observation) != r.est_avant(c.reference) for r in ruptures if r.du_lieu
    )


def verifier(base: Base, c: Comparaison, lieu: Territoire, reference: Territoire) -> bool:
    """Vrai si cette comparaison traversait une rupture : alors elle ne dit rien, et dit pourquoi."""
    if not traverse(base, c, lieu, reference) or c.motif in {Motif.SECRET, Motif.NON_DISPONIBLE, Motif.SANS_OBJET}:
        return False
    assert ce_qu_elle_dit(c) == PAS_UN_NOMBRE, (lieu.territoire, c.observation, c.reference)
    if c.motif is Motif.RUPTURE:
        assert c.rupture.raison in phrases.lecture(c, lieu, reference)
    return c.motif is Motif.RUPTURE


@pytest.mark.parametrize("niveau", [n for n in Niveau if n is not Niveau.AUCUNE])
def test_aucune_exploration_ne_compare_a_travers_une_rupture(
    vraie: Base, lieux_eprouves: list[Territoire], niveau: Niveau
):
    eprouves = {t.territoire for t in lieux_eprouves}
    coupes = sorted({c for r in vraie.catalogue.ruptures if r.nature.coupe for c in r.indicateurs})
    agglomerations = ("EPCI200072460", "EPCI200042190", "EPCI246200364")
    suite = tout_explorer(vraie, Filtre(indicateur=tuple(coupes), agglomeration=agglomerations), niveau)
    lues = separees = 0
    for ligne in (ligne for paquet in suite.paquets for ligne in paquet):
        if ligne.comparaison is not None and ligne.reference is not None and ligne.territoire.territoire in eprouves:
            lues += 1
            separees += verifier(vraie, ligne.comparaison, ligne.territoire, ligne.reference)
    assert lues > 1000
    assert separees > 100, "des chiffres de 2012 à 2019 sont face à ceux de 2021"
