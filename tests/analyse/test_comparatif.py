"""Comparer plusieurs territoires : une période, des références, et personne d'oublié."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analyse.comparaison import Jugement
from indicators.analyse.comparatif import cle_de_periode, confronter, couples, croiser, de_population_proche
from indicators.publications.tableur import csv_francais
from indicators.socle.tableur import cellule, nombre_csv


def codes(territoires) -> list[str]:
    return [t.territoire for t in territoires]


def test_chacun_est_classe_ou_nomme(petite):
    quartiers = petite.territoires(["QP001001", "QP001002", "QP001003", "QN00101M", "COM01004"])
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), quartiers, [])
    assert vue.periode == "2018"
    assert [li.territoire.territoire for li in vue.lignes] == ["QP001001", "QP001002"]
    assert [li.chiffre.valeur for li in vue.lignes] == [46.7, None]
    assert codes(vue.secretes) == ["QP001003"]
    assert codes(vue.autre_periode) == ["QN00101M"]
    assert codes(vue.sans_chiffre) == ["COM01004"]
    montres = [li.territoire.territoire for li in vue.lignes] + codes(
        (*vue.secretes, *vue.absentes, *vue.autre_periode, *vue.sans_chiffre)
    )
    assert sorted(montres) == sorted(codes(quartiers))


def test_la_periode_se_choisit_et_une_periode_inconnue_laisse_le_defaut(petite):
    indicateur = petite.catalogue.indicateur("taux_pauvrete")
    quartiers = petite.territoires(["QP001001", "QN00101M"])
    assert set(confronter(petite, indicateur, quartiers, []).periodes) == {"2018", "2021"}
    assert confronter(petite, indicateur, quartiers, [], "2021").lignes[0].territoire.territoire == "QN00101M"
    assert confronter(petite, indicateur, quartiers, [], "1515").periode in {"2018", "2021"}


def test_les_references_sont_a_la_meme_date_ou_le_disent(petite):
    indicateur = petite.catalogue.indicateur("taux_pauvrete")
    references = petite.territoires(["EPCI200000001", "REG84", "DEP01"])
    vue = confronter(petite, indicateur, petite.territoires(["QP001001"]), references)
    assert {t.territoire: o.annee for t, o in vue.references} == {"EPCI200000001": 2018, "REG84": 2020}
    par_code = dict(zip(codes(t for t, _ in vue.references), vue.lignes[0].comparaisons, strict=True))
    assert not par_code["EPCI200000001"].des_annees_differentes
    assert par_code["REG84"].des_annees_differentes


def test_sans_territoire_rien_ne_casse(petite):
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), [], [])
    assert (vue.lignes, vue.periodes, vue.periode) == ((), (), "")


def test_croiser_laisse_vide_ce_qui_n_existe_pas(petite):
    indicateurs = [petite.catalogue.indicateur(c) for c in ("population", "taux_pauvrete")]
    territoires = [petite.territoire(c) for c in ("QP001001", "QP001002", "QP001003", "COM01004")]
    population, pauvrete = croiser(petite, indicateurs, territoires, petite.territoires(["EPCI200000001"]))
    assert population.cases["QP001002"].chiffre.valeur == 0
    assert "COM01004" not in population.cases
    assert "QP001003" not in pauvrete.cases
    assert pauvrete.cases["QP001001"].comparaisons[0].jugement is Jugement.DEFAVORABLE
    assert pauvrete.references[0][1].valeur == 18.8


@pytest.mark.parametrize(("code", "sens"), [("taux_emploi_15_64", 1), ("part_menages_rsa", -1)])
def test_la_gravite_va_du_mieux_au_moins_bien_place(vraie, code, sens):
    quartiers = [t for t in vraie.fiche("EPCI200042190").quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    (colonne,) = croiser(vraie, [vraie.catalogue.indicateur(code)], quartiers, vraie.territoires(["EPCI200042190"]))
    valeurs = {c: ligne.chiffre.valeur * sens for c, ligne in colonne.cases.items()}
    assert colonne.gravite(max(valeurs, key=valeurs.get)) == 0
    assert colonne.gravite(min(valeurs, key=valeurs.get)) == 1
    assert colonne.gravite("QP000000") is None


def test_pas_de_gravite_sans_sens_ni_sous_huit_valeurs(vraie, petite):
    quartiers = [t for t in vraie.fiche("EPCI200042190").quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    (neutre,) = croiser(vraie, [vraie.catalogue.indicateur("indice_jeunesse")], quartiers, quartiers[:1])
    assert {neutre.gravite(c) for c in neutre.cases} == {None}
    (peu,) = croiser(
        petite, [petite.catalogue.indicateur("taux_pauvrete")], petite.territoires(["QP001001"]),
        petite.territoires(["EPCI200000001"]),
    )  # fmt: skip
    assert peu.gravite("QP001001") is None


def test_couples_ne_garde_que_les_valeurs_ponctuelles_des_deux(petite):
    territoires = petite.territoires(["QP001001", "QP001002", "QP001003"])
    vues = [
        confronter(petite, petite.catalogue.indicateur(c), territoires, []) for c in ("population", "taux_pauvrete")
    ]
    assert [(t.territoire, x.valeur, y.valeur) for t, x, y in couples(*vues)] == [("QP001001", 1088, 46.7)]


def test_population_proche_a_25_pour_cent_pres(vraie):
    arenberg = vraie.territoire("QP059059")
    proches = codes(de_population_proche(vraie, arenberg))
    populations = {o.territoire: o.valeur for o in vraie.observations_indicateur("population") if o.annee == 2018}
    assert "QP059059" in proches
    assert len(proches) > 2
    assert all(abs(populations[c] - 1558) <= 0.25 * 1558 for c in proches)
    assert de_population_proche(vraie, vraie.territoire("QN06206M")) == []


def test_les_treize_quartiers_du_hainaut_sont_classes_et_leur_total_ne_l_est_pas(vraie):
    fiche = vraie.fiche("QPV-EPCI200042190")
    references = [vraie.territoire("EPCI200042190"), vraie.territoire("FRM")]
    vue = confronter(vraie, vraie.catalogue.indicateur("taux_emploi_15_64"), list(fiche.quartiers), references)
    assert [li.chiffre.valeur for li in vue.lignes] == sorted((li.chiffre.valeur for li in vue.lignes), reverse=True)
    assert len(vue.lignes) == 13
    assert [o.valeur for _, o in vue.references] == [54.6, 64.7]


@pytest.mark.parametrize(
    ("champs", "cle"),
    [
        ({"annee": 2018}, "2018"), ({"annee": None, "millesime": 2022}, "ed2022"), ({"annee": None}, "nd"),
        ({"debut": 2011, "annee": 2019}, "2011-2019"),
        ({"debut": 2015, "annee": None, "millesime": 2022}, "2015-ed2022"),
    ],
)  # fmt: skip
def test_la_cle_de_periode_tient_dans_une_adresse(chiffre, champs, cle):
    assert cle_de_periode(chiffre(1.0, **champs)) == cle


# --- le CSV ------------------------------------------------------------------------------------------------


def test_le_csv_se_relit_avec_titre_annee_et_source(petite):
    quartiers = petite.territoires(["QP001001", "QP001002", "QP001003"])
    references = [petite.territoire("EPCI200000001")]
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), quartiers, references)
    octets = csv_francais(vue, petite.catalogue.sources)
    assert octets.startswith(b"\xef\xbb\xbf")
    lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert lignes[0] == ["Taux de pauvreté (%)"]
    entete = lignes[3]
    par_code = {ligne[1]: dict(zip(entete, ligne, strict=False)) for ligne in lignes[4:]}
    assert par_code["QP001001"]["valeur"] == "46,7"
    assert par_code["QP001001"]["écart avec CA des Essais"] == "27,9"
    assert (par_code["QP001002"]["borne basse"], par_code["QP001002"]["borne haute"]) == ("25", "30")
    assert (par_code["QP001003"]["valeur"], par_code["QP001003"]["statut"]) == ("", "secret")
    assert par_code["EPCI200000001"]["rang"] == "référence"
    assert {"année", "source", "ligne", "note"} <= set(entete)


@given(st.text())
def test_propriete_un_texte_n_est_jamais_une_formule(texte):
    assert not cellule(texte).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cellule(texte).removeprefix("'") == texte.removeprefix("'")


def test_un_vide_n_est_pas_un_zero():
    assert (nombre_csv(None, 1), nombre_csv(0.0, 1), nombre_csv(-36.8, 1)) == ("", "0,0", "-36,8")
