"""Les questions posées à la base."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from indicators.socle.erreurs import IndicateurInconnu, TerritoireInconnu
from indicators.socle.observations import Observation, meme_periode
from indicators.socle.territoires import Maille, cle_de_recherche


def test_les_vues_portent_les_noms_des_csv(petite):
    with petite._connexion.cursor() as curseur:
        for table, colonnes in {
            "territoires": "territoire, maille, geographie, statut, nom, nom_court, variantes, code_officiel,"
            " superficie_ha, latitude, longitude",
            "appartenances": "territoire, parent, nature",
            "filiations": "ancien, nouveau, nature, source",
            "indicateurs": "indicateur, libelle, libelle_court, theme, pilier, unite, decimales, sens, bande_proche,"
            " definition, numerateur, denominateur, precautions, seuil_population",
            "sources": "source, producteur, titre, edition, date_publication, url, licence, rang",
            "observations": "territoire, indicateur, annee_debut, annee, millesime, valeur, borne_inf, borne_sup,"
            " statut, fiabilite, note, source, ligne, passage, origine",
        }.items():
            assert curseur.execute(f"SELECT {colonnes} FROM {table}").fetchall()


def test_les_deux_ordres_disent_la_meme_chose(petite):
    par_territoire = petite.observations([t.territoire for t in petite.territoires()])
    par_indicateur = [o for i in petite.catalogue.indicateurs for o in petite.observations_indicateur(i)]
    cle = lambda o: (o.territoire, o.indicateur, o.source, o.annee or 0)  # noqa: E731
    assert sorted(par_territoire, key=cle) == sorted(par_indicateur, key=cle)


def test_zero_secret_et_intervalle_restent_distincts(petite):
    par_code = {o.territoire: o for o in petite.observations_indicateur("population")}
    assert par_code["QP001002"].valeur == 0
    taux = {o.territoire: o for o in petite.observations_indicateur("taux_pauvrete") if o.source == "insee"}
    assert (taux["QP001003"].valeur, taux["QP001003"].statut) == (None, "secret")
    assert (taux["QP001002"].borne_inf, taux["QP001002"].borne_sup) == (25, 30)


def test_le_zero_initial_d_un_code_n_est_pas_perdu(petite):
    assert petite.territoire("COM01004").code_officiel == "01004"
    assert petite.territoire("com01004").territoire == "COM01004"


def test_un_code_inconnu_donne_une_phrase(petite):
    with pytest.raises(TerritoireInconnu, match=r"Aucun territoire ne porte le code « QP001009 »\..*QP001001"):
        petite.territoire("QP001009")
    with pytest.raises(IndicateurInconnu, match="taux_pauvrete"):
        petite.observations_indicateur("taux_pauvreté")


@pytest.mark.parametrize(
    ("tape", "premier"),
    [
        ("epinette", "QP001002"), ("L'Épinette", "QP001002"), ("gare", "QN00101M"), ("amberieu", "COM01004"),
        ("QP001003", "QP001003"), ("01004", "COM01004"), ("essais", "EPCI200000001"),
    ],
)  # fmt: skip
def test_chercher_sans_accent_par_nom_commune_ou_code(petite, tape, premier):
    trouves = [t.territoire for t in petite.chercher(tape)]
    assert premier in trouves[:2]


@pytest.mark.parametrize("tape", ["", "   ", "'; DROP TABLE territoires; --", "%", "zzz"])
def test_une_recherche_hostile_ou_vide_ne_trouve_rien(petite, tape):
    assert petite.chercher(tape) == []
    assert petite.territoires()


def test_un_quartier_se_cherche_par_sa_commune(petite):
    assert {"QP001001", "QP001002", "QN00101M"} <= {t.territoire for t in petite.chercher("ambérieu")}


def test_la_fiche_d_un_quartier(petite):
    fiche = petite.fiche("QP001001")
    assert [c.territoire for c in fiche.communes] == ["COM01004"]
    assert fiche.agglomeration.territoire == "EPCI200000001"
    assert [t.territoire for t in fiche.references] == ["EPCI200000001", "DEP01", "REG84"]
    assert [(f.nouveau, f.nature) for f in fiche.filiations] == [("QN00101M", "fusion")]


def test_la_fiche_d_une_agglomeration_a_ses_quartiers(petite):
    fiche = petite.fiche("EPCI200000001")
    assert {q.territoire for q in fiche.quartiers} == {"QP001001", "QP001002", "QP001003", "QN00101M"}
    assert fiche.agglomeration is None


def test_les_semblables_ont_la_meme_maille_et_le_meme_perimetre(petite):
    semblables = petite.semblables(petite.territoire("QP001001"))
    assert {t.territoire for t in semblables} == {"QP001001", "QP001002", "QP001003"}


def test_les_nombres_de_chiffres_ne_comptent_pas_les_secrets(petite):
    nombres = petite.nombres_de_chiffres()
    assert nombres["QP001001"] == 2
    assert nombres["QP001003"] == 1
    assert petite.indicateurs_connus(["QP001003"]) == {"population": 1}


def test_plusieurs_fils_lisent_la_meme_base_sans_se_tromper(petite):
    attendu = [o.valeur for o in petite.observations(["QP001001"])]
    with ThreadPoolExecutor(8) as fils:
        lus = list(fils.map(lambda _: [o.valeur for o in petite.observations(["QP001001"])], range(200)))
    assert all(valeurs == attendu for valeurs in lus)


def test_cle_de_recherche():
    assert cle_de_recherche("L’Épinette – Nœux-les-Mines (62)") == "l epinette noeux les mines 62"


# --- la base embarquée ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("epci", "communes"), [("EPCI200072460", 100), ("EPCI246200364", 36), ("EPCI200042190", 47)])
def test_toutes_les_communes_des_trois_agglomerations(vraie, epci, communes):
    assert len(vraie.communes_de(epci)) == communes


def test_chaque_quartier_a_une_commune_une_agglomeration_et_un_departement(vraie):
    for territoire in vraie.territoires():
        outre_mer = territoire.territoire.startswith(
            ("QN978", "QN987")
        )  # ni EPCI ni région à Saint-Martin, en Polynésie
        if territoire.maille is Maille.QUARTIER and not outre_mer:
            fiche = vraie.fiche(territoire.territoire)
            assert fiche.communes, territoire.territoire
            assert fiche.agglomeration is not None, territoire.territoire
            assert any(t.maille is Maille.REGION for t in fiche.references), territoire.territoire


def test_collinière_et_elnon_ne_sont_pas_croisés(vraie):
    suites = {f.ancien: f.nouveau for c in ("QP059057", "QP059058") for f in vraie.fiche(c).filiations}
    assert suites == {"QP059057": "QN05957M", "QP059058": "QN05956M"}
    for ancien, nouveau in suites.items():
        assert vraie.territoire(ancien).nom == vraie.territoire(nouveau).nom


def test_une_fusion_a_deux_anciens(vraie):
    fiche = vraie.fiche("QN05922M")
    assert {f.ancien for f in fiche.filiations} == {"QP059022", "QP059056"}
    assert {f.nature for f in fiche.filiations} == {"fusion"}


def test_un_quartier_a_cheval_sur_deux_agglomerations_le_dit(vraie):
    fiche = vraie.fiche("QP059021")
    assert {a.territoire for a in fiche.agglomerations} == {"EPCI200042190", "EPCI245901160"}
    assert fiche.agglomeration.territoire == "EPCI200042190"


@pytest.mark.parametrize("tape", ["houdain", "louches", "roelx", "LIEVIN", "Rue de Lille", "noeux"])
def test_les_orthographes_des_documents_se_retrouvent(vraie, tape):
    assert vraie.chercher(tape)


def test_les_valeurs_de_meme_periode_sont_celles_que_donnent_les_observations(vraie):
    """Une valeur par territoire, de sa meilleure source, datée ou non ; ni douteuse, ni secrète, ni intervalle.

    Ni d'un périmètre que le territoire n'a plus : des agglomérations ont gagné ou perdu des communes depuis.
    """
    comparees, sans_annee, anciennes = 0, 0, 0
    for code in ("QP062017", "EPCI200042190"):
        semblables = [t.territoire for t in vraie.semblables(vraie.territoire(code))]
        chiffres = vraie.observations([code])
        lues: dict[tuple[str, int | None], list[Observation]] = defaultdict(list)
        for indicateur in {chiffre.indicateur for chiffre in chiffres}:
            for o in vraie.observations_indicateur(indicateur, semblables):
                lues[o.indicateur, o.annee].append(o)
        for chiffre, valeurs in zip(chiffres, vraie.valeurs_de_meme_periode(semblables, chiffres), strict=True):
            # Deux chiffres d'années différentes ne sont jamais de la même période : une année suffit à chercher.
            parus = lues[chiffre.indicateur, chiffre.annee]
            pareilles = [o for o in parus if meme_periode(o, chiffre) and not o.douteuse]
            anciennes += sum(o.perimetre is not None for o in pareilles)
            pareilles = [o for o in pareilles if o.perimetre is None]
            meilleures = {o.territoire: o for o in sorted(pareilles, key=lambda o: (o.rang, o.source), reverse=True)}
            assert valeurs == {t: o.valeur for t, o in meilleures.items() if o.est_ponctuelle}, chiffre
            comparees += len(valeurs)
            sans_annee += chiffre.annee is None
    assert comparees > 1000
    assert sans_annee > 10
    assert anciennes > 100
    assert vraie.valeurs_de_meme_periode([], chiffres[:2]) == [{}, {}]


@pytest.mark.parametrize(
    ("code", "departements"),
    [
        ("EPCI200054781", []),  # Paris, département de son siège, n'en est qu'une commune
        ("COM75056", []), ("QP075005", ["DEP75"]), ("EPCI200054807", ["DEP13"]),
        # Un établissement public territorial : le département de ses communes, aucun s'il en a deux.
        ("EPCI200058097", ["DEP93"]), ("EPCI200058014", []),
    ],
)  # fmt: skip
def test_un_lieu_ne_se_compare_pas_a_un_departement_qui_n_est_pas_le_sien(vraie, code, departements):
    references = [t.territoire for t in vraie.fiche(code).references]
    assert [r for r in references if r.startswith("DEP")] == departements
    assert [r for r in references if r.startswith("REG")] == ["REG93" if code == "EPCI200054807" else "REG11"]


def test_un_departement_ne_se_compare_pas_a_la_region_qu_il_est(vraie):
    assert [t.territoire for t in vraie.fiche("DEP974").references if t.territoire.startswith("REG")] == []
    assert [t.territoire for t in vraie.fiche("DEP59").references if t.territoire.startswith("REG")] == ["REG32"]


def test_ce_qui_compose_un_grand_lieu(vraie):
    """L'Île-de-France n'a pas d'autre département que les siens, Paris pas les communes de sa métropole."""

    def combien(code: str) -> Counter[Maille]:
        return Counter(t.maille for t in vraie.composants(code))

    assert combien("FR")[Maille.REGION] == 13 + 5  # sans l'ancien Nord-Pas-de-Calais
    assert combien("FRM")[Maille.REGION] == 13
    assert combien("REG11")[Maille.DEPARTEMENT] == 8
    assert combien("DEP75")[Maille.COMMUNE] == 1
    assert combien("REG32")[Maille.COMMUNE] == sum(
        combien(f"DEP{d}")[Maille.COMMUNE] for d in ("02", "59", "60", "62", "80")
    )
    assert vraie.composants("REG31") == vraie.composants("QP062011") == []
