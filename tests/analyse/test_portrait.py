"""Le portrait : les chiffres de la recette, et ce qu'il dit de ce qu'il ne sait pas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pytest
from classements import classer, place

from indicators.analyse.comparaison import Jugement, Motif
from indicators.analyse.portrait import dresser, references_par_defaut
from indicators.base.base import Base
from indicators.recit import phrases, resume
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.observations import meme_periode, par_indicateur
from indicators.socle.territoires import Territoire


def blancs(texte: str) -> str:
    return re.sub(r"[\u202f\u00a0]", " ", texte)


@pytest.mark.parametrize(
    ("indicateur", "valeur", "reference", "ecart"),
    [
        ("taux_pauvrete", "44 %", "18,6 %", "environ 25 points de plus"),  # publié à l’unité : 25,4 se dit 25
        ("taux_emploi_15_64", "40,7 %", "58,8 %", "18,1 points de moins"),
        ("part_neet_16_25", "37,9 %", "23,5 %", "14,4 points de plus"),
        ("part_parc_social", "82,9 %", "25,6 %", "57,3 points de plus"),
    ],
)
def test_la_recette_du_centre(vraie, indicateur, valeur, reference, ecart):
    ligne = next(li for li in dresser(vraie, "QP062011").tete if li.indicateur.indicateur == indicateur)
    comparaison = ligne.comparaisons[0]
    assert blancs(phrases.chiffre(ligne.chiffre, ligne.indicateur.unite)) == valeur
    assert blancs(phrases.chiffre(comparaison.reference, ligne.indicateur.unite)) == reference
    assert blancs(phrases.ecart(comparaison)) == ecart
    assert comparaison.motif is Motif.AUCUN


def test_une_reference_douteuse_cede_la_place_a_celle_qui_est_sure(vraie):
    """La convention imprime 104, la moyenne de la France ; les 190 établissements de l'agglomération font 92,8."""
    ligne = next(li for li in dresser(vraie, "QP062011").tete if li.indicateur.indicateur == "ips_etablissements")
    comparaison = ligne.comparaisons[0]
    assert comparaison.reference.valeur == round((13995.9 + 2344.7 + 1283) / (150 + 26 + 14), 1)
    assert blancs(phrases.ecart(comparaison)) == "14 points de moins"  # 79 − 92,8 = −13,8, à l'unité
    assert comparaison.motif is Motif.ANNEES_DIFFERENTES
    assert comparaison.jugement is Jugement.INDETERMINE


def test_trois_defavorables_un_neutre_et_un_sans_jugement(vraie):
    vue = dresser(vraie, "QP062011")
    jugements = [li.comparaisons[0].jugement for li in vue.tete]
    assert jugements == [
        Jugement.DEFAVORABLE, Jugement.DEFAVORABLE, Jugement.INDETERMINE, Jugement.DEFAVORABLE, Jugement.NEUTRE,
    ]  # fmt: skip
    attendu = (
        "Plus de deux habitants sur cinq vivent sous le seuil de pauvreté (44 %), soit 2,4 fois le taux de "
        "l’agglomération. "
        "Les trois chiffres clés qui se jugent sont défavorables face à l’agglomération."
    )
    assert blancs(resume.chapeau(vue)) == attendu
    assert blancs(" · ".join(resume.taille(vue))) == "5 055 habitants (2018) · 85 ha"


def test_la_region_ne_publie_pas_le_meme_ips_ni_le_meme_neet(vraie):
    vue = dresser(vraie, "QP062011")
    assert vue.references[1].territoire == "REG32"
    for ligne in vue.tete[2:4]:
        seconde = ligne.comparaisons[1]
        assert seconde.motif is Motif.DEFINITION_DIFFERENTE
        assert seconde.voisine is not None
        assert seconde.ecart is None


def test_la_seconde_reference_se_choisit(vraie):
    vue = dresser(vraie, "QP062011", "DEP62")
    assert [t.territoire for t in vue.references] == ["EPCI200072460", "DEP62"]
    with pytest.raises(TerritoireInconnu):
        dresser(vraie, "QP062011", "DEP99")


def test_une_source_de_meilleur_rang_l_emporte_et_le_desaccord_est_dit(petite):
    ligne = dresser(petite, "QP001001").tete[0]
    assert ligne.chiffre.valeur == 46.7
    assert [(a.valeur, b.valeur) for a, b in ligne.recoupements] == [(46.7, 39.3)]
    assert [o.valeur for o in ligne.autres] == [39.3]


def test_un_secret_ou_un_intervalle_n_est_jamais_classe(petite):
    place = dresser(petite, "QP001001").tete[0].place
    assert [o.territoire for o in place.points] == ["QP001001"]
    assert (place.effectif, place.repartition) == (1, None)
    assert place.bornes == (25, 46.7)  # l'intervalle d'un autre compte dans l'échelle du dessin


@pytest.mark.parametrize("base", ["petite", "vraie"])
def test_la_place_lue_dans_les_repartitions_est_celle_que_donne_le_classement(base, request):
    """Le portrait ne lit pas les chiffres de ses semblables : ce qu'il en dit doit être ce qu'ils auraient dit.

    Ceux d'un périmètre que leur lieu n'a plus n'en sont pas : le sien n'a pas de rang, ceux des autres ne comptent pas.
    """
    ouverte = request.getfixturevalue(base)
    comparees, anciennes = 0, 0
    lieux = ouverte.territoires() if base == "petite" else request.getfixturevalue("lieux_eprouves")[::12]
    changes = sorted({t for r in ouverte.catalogue.ruptures if r.du_lieu for t in r.territoires})
    lieux = [*lieux, *ouverte.territoires(changes[::12])]
    for semblables, siens in par_semblables(ouverte, lieux).items():
        placees = [(t, li) for t in siens for li in dresser(ouverte, t.territoire).lignes if li.place is not None]
        # Lus une fois pour tous ceux qui les ont en commun : les quartiers de 2015 ont toute la France.
        moments = {(li.chiffre.indicateur, li.chiffre.periode, li.chiffre.source): li.chiffre for _, li in placees}
        noms = {t.territoire: t for t in semblables}
        autres = par_indicateur(ouverte.observations_de_meme_periode(list(noms), list(moments.values())))
        for territoire, ligne in placees:
            code = ligne.indicateur.indicateur
            paires = [(noms[o.territoire], o) for o in autres[code] if meme_periode(o, ligne.chiffre)]
            attendue = place(classer(ligne.chiffre, territoire, paires, ligne.indicateur), territoire.territoire)
            sans_texte = tuple(o._replace(note="", passage="", imprime="") for o in attendue.points)
            points = tuple(o._replace(note="", passage="", imprime="") for o in ligne.place.points)
            assert replace(ligne.place, points=points) == replace(attendue, points=sans_texte), (territoire, code)
            assert ligne.place.rang is None or ligne.chiffre.perimetre is None
            comparees += 1
            anciennes += sum(o.perimetre is not None for _, o in paires)
    assert comparees > 3
    assert anciennes > 1000 or base == "petite"


def par_semblables(base: Base, lieux: Iterable[Territoire]) -> dict[tuple[Territoire, ...], list[Territoire]]:
    """Ces lieux, rangés avec ceux qui se comparent aux mêmes."""
    rangees: dict[tuple[Territoire, ...], list[Territoire]] = defaultdict(list)
    for lieu in lieux:
        rangees[tuple(base.semblables(lieu))].append(lieu)
    return rangees


def test_le_quartier_ne_se_compare_pas_a_l_annee_d_une_autre(petite):
    ligne = dresser(petite, "QP001001").tete[0]
    assert ligne.comparaisons[0].motif is Motif.AUCUN
    assert ligne.comparaisons[1].motif is Motif.ANNEES_DIFFERENTES


def test_ce_qui_manque_est_nomme_avec_sa_raison(vraie):
    vue = dresser(vraie, "QN05950M")
    # Sa médiane est celle de l'ancien quartier : douteuse, montrée, jamais jugée. L'IPS de ses écoles est à lui.
    pauvrete, _, ecole, *_ = vue.tete
    assert pauvrete.chiffre.douteuse
    assert all(c.motif is Motif.CHIFFRE_DOUTEUX for c in pauvrete.comparaisons)
    assert ecole.indicateur.indicateur == "ips_ecoles_simple"
    absences = {li.indicateur.indicateur: li.absence for li in vue.tete}
    assert "connu sur le périmètre 2015 du quartier" in absences["taux_emploi_15_64"]
    assert "périmètre 2015" not in absences["part_neet_16_25"]
    assert {i.indicateur for i in vue.manquants} >= {"taux_c2s", "idt"}


def test_une_commune_montre_ses_quartiers_et_ses_references(vraie):
    vue = dresser(vraie, "COM62400")
    assert {q.nom for q in vue.fiche.quartiers} >= {"Le Centre", "Le Haut d’Houdain", "Cité des Oiseaux (Haillicourt)"}
    assert vue.references[0].territoire == "EPCI200072460"
    connus = {li.indicateur.indicateur: li.chiffre.valeur for li in vue.lignes}
    assert connus["population"] == 4974
    assert connus["niveau_vie_median"] == 18570
    assert connus["part_neet_15_24"] == 22.9


def test_une_variation_se_lit_sous_son_indicateur(vraie):
    vue = dresser(vraie, "QP059050")
    etrangers = next(li for li in vue.lignes if li.indicateur.indicateur == "nb_etrangers")
    assert [o.valeur for _, o in etrangers.variations] == [291, 31.1]
    assert not any(li.indicateur.evolution_de for li in vue.lignes)


def test_l_idt_a_une_evolution_et_l_ecart_suivi(vraie):
    ligne = next(li for li in dresser(vraie, "QP059058").lignes if li.indicateur.indicateur == "idt")
    assert ligne.evolution.variation == -198 - -167
    assert ligne.evolution_ecart is not None


def test_les_references_par_defaut_d_un_grand_territoire(vraie):
    codes = {
        code: [t.territoire for t in references_par_defaut(vraie.fiche(code))]
        for code in ("EPCI200072460", "DEP62", "REG32", "FR")
    }
    assert codes == {
        "EPCI200072460": ["DEP62", "REG32"], "DEP62": ["REG32", "FRM"], "REG32": ["FRM", "FR"], "FR": [],
    }  # fmt: skip
