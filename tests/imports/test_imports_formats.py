"""Chaque format sur un extrait tapé à la main, avec les défauts des vrais fichiers."""

from __future__ import annotations

import io

import pytest
from depots import (
    COMPARATEUR,
    CORRESPONDANCE,
    EXTRAITS,
    FILOSOFI_16,
    FILOSOFI_19,
    IPS_2021,
    IPS_2022,
    JEUNES,
    LISTE,
    REVN,
    RIEN,
    cases,
    classeur,
    depot,
    lot_de,
    modele,
    releve,
)  # fmt: skip

from indicators.imports.formats.modele import modele_csv, modele_xlsx
from indicators.imports.moteur.cellules import CelluleLue, lire_cellule, s_accordent
from indicators.imports.moteur.lecteur import lire_tableaux
from indicators.imports.moteur.releve import Referentiel
from indicators.socle.codes import identifiant
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Origine, Statut
from indicators.socle.territoires import Maille


@pytest.mark.parametrize(
    ("brut", "valeur"),
    [
        ("46,7", "46,7"), ("46.7", "46,7"), ("18,60", "18,60"), ("1\u202f088", "1088"), ("14\u00a0260", "14260"),
        ("1 234 567,5", "1234567,5"), ("1’234", "1234"),
        ("-8,9", "-8,9"), ("\u22128,9", "-8,9"), ("+3", "3"), ("007", "7"), ("0", "0"),
        ("517.0", "517,0"), ("18.600000000000001", "18,6"), ("1e3", "1000"),
    ],
)  # fmt: skip
def test_un_nombre_garde_ses_decimales(brut, valeur):
    assert lire_cellule(brut, None) == CelluleLue(Statut.EXACT, valeur)


@pytest.mark.parametrize(
    ("brut", "statut"),
    [("s", Statut.SECRET), ("S", Statut.SECRET), ("nd", Statut.NON_DISPONIBLE), ("-", Statut.SANS_OBJET)],
)
def test_une_marque_n_est_pas_un_nombre(brut, statut):
    assert lire_cellule(brut, None) == CelluleLue(statut)


def test_une_case_vide_dit_ce_que_dit_le_format():
    assert lire_cellule(" ", Statut.SECRET) == CelluleLue(Statut.SECRET)
    assert lire_cellule("", None) is None


@pytest.mark.parametrize("brut", ["12 34", "abc", "1e400", "1e30", "9" * 400, "٣", "inf", "1,2,3"])
def test_ce_qui_n_est_ni_nombre_ni_marque_n_est_pas_devine(brut):
    with pytest.raises(ValueError, match="«"):
        lire_cellule(brut, None)


def test_deux_arrondis_du_meme_nombre_s_accordent():
    assert s_accordent(12.25, 12.3, 1)
    assert s_accordent(12.25, 12.2, 1)
    assert not s_accordent(39.3, 43.3, 1)


@pytest.mark.parametrize(
    ("code", "maille", "attendu"),
    [
        ("1004", None, "COM01004"), ("2A004", None, "COM2A004"), ("62457", None, "COM62457"),
        ("200072460", None, "EPCI200072460"), ("059", Maille.DEPARTEMENT, "DEP59"),
        ("02A", Maille.DEPARTEMENT, "DEP2A"),
        ("1", Maille.DEPARTEMENT, "DEP01"), ("974", Maille.DEPARTEMENT, "DEP974"), ("4", Maille.REGION, "REG04"),
        ("Ensemble", None, None), ("qp062017", None, "QP062017"), ("QN05918M", None, "QN05918M"),
        ("59", None, None), ("<script>", None, None), ("٣٣٣٣٣", None, None),
    ],
)  # fmt: skip
def test_les_codes_et_leurs_zeros_perdus(code, maille, attendu):
    assert identifiant(code, maille) == attendu


def test_revenus_bom_crlf_espaces_fines_et_points_virgules_en_trop():
    lu = releve("REVN_2022.csv", REVN)
    lues = cases(lu)
    assert (lu.lignes, lu.inconnues, lu.constats) == (3, (), [])
    assert lues["QP001001", "niveau_vie_median"].lecture.valeur == "13620"
    assert lues["QP001001", "niveau_vie_median"].brut == "13\u202f620"
    assert lues["QP001001", "taux_pauvrete"].ligne == 3
    assert lues["QP001001", "nb_c2s"].lecture.valeur == "1088"
    assert lues["QPV-FR", "taux_pauvrete"].lecture.valeur == "42,6"
    assert lues["QP001002", "taux_pauvrete"].lecture == CelluleLue(Statut.SECRET)
    assert ("QPV-FR", "nb_c2s") not in lues, "la moyenne nationale n'est pas secrète : elle n'est pas donnée"
    assert [c.annee for c in lu.chiffres] == [None] * len(lu.chiffres)


@pytest.mark.parametrize(
    ("texte", "annee", "mediane", "pauvrete"),
    [(FILOSOFI_16, 2016, "12990", "45,9"), (FILOSOFI_19, 2019, "14260", "39,3")],
)
def test_filosofi_des_quartiers_malgre_la_derive_des_noms(texte, annee, mediane, pauvrete):
    lu = releve("data_filo.csv", texte)
    lues = cases(lu)
    assert (lu.edition, lu.inconnues) == (annee, ())
    assert {c.annee for c in lu.chiffres} == {annee}
    assert lues["QP001001", "niveau_vie_median"].lecture.valeur == mediane
    assert lues["QP001001", "taux_pauvrete"].lecture.valeur == pauvrete


def test_le_comparateur_ecrit_s_et_perd_un_zero():
    lues = cases(releve("cc_filosofi_2021_COM.csv", COMPARATEUR))
    assert lues["COM01004", "taux_pauvrete"].lecture.valeur == "26,0"
    assert lues["COM2A004", "taux_pauvrete"].lecture == CelluleLue(Statut.SECRET)
    assert lues["COM2A004", "niveau_vie_median"].lecture.valeur == "21000"


@pytest.mark.parametrize(
    ("lignes", "attendus"),
    [
        ("32;Hauts-de-France;19250\n11;Île-de-France;23000", {"REG32", "REG11"}),
        ("32;Gers;19250\n11;Aude;18000", {"DEP32", "DEP11"}),
        ("1;France métropolitaine;20809", {"FRM"}),
        ("200072460;CA de Béthune-Bruay;18278", {"EPCI200072460"}),
        ("1001;L'Abergement;21000\n1002;Autre;", {"COM01001", "COM01002"}),
    ],
)
def test_la_maille_se_lit_aux_noms_quand_les_codes_se_ressemblent(lignes, attendus):
    texte = f"\ufeffCODGEO;LIBGEO;Q219;NBUC19;;;\n{lignes}\n".replace(";19250", ";19250;1")
    lu = releve("FILO2019_DISP.csv", texte)
    assert {c.territoire for c in lu.chiffres} == attendus


def test_ips_en_tetes_techniques_moyenne_ponderee_et_sa_division():
    lues = cases(releve("ips.csv", IPS_2022))
    pondere = lues["COM01004", "ips_ecoles_pondere"]
    assert (pondere.lecture.valeur, pondere.annee, pondere.origine) == ("85,3", 2022, Origine.CALCULEE)
    assert "42480,3 ÷ 498 = 85,3" in pondere.note
    assert lues["COM01004", "ips_ecoles_simple"].lecture.valeur == "87,3"


def test_ips_en_tetes_libelles_sans_effectifs_un_college_sans_ips():
    lu = releve("ips.csv", IPS_2021)
    lues = cases(lu)
    assert (lu.format, lu.inconnues) == ("depp_ips_colleges", ())
    assert lues["COM01004", "ips_colleges_simple"].lecture.valeur == "96,0"
    assert "1 sans IPS, non comptés" in lues["COM01004", "ips_colleges_simple"].note
    assert ("COM01004", "ips_colleges_pondere") not in lues


def test_un_extrait_des_ecoles_ne_fait_pas_la_moyenne_du_departement():
    lu = releve("ips.csv", IPS_2022)
    assert {c.territoire for c in lu.chiffres} == {"COM01004"}
    assert "extrait" in lu.constats[0].message


def test_un_ips_impossible_laisse_l_etablissement():
    lu = releve("ips.csv", IPS_2022.replace("73.9", "7390"))
    assert cases(lu)["COM01004", "ips_ecoles_simple"].lecture.valeur == "94,1"
    assert any("7390" in c.message and c.ligne == 2 for c in lu.constats)


def test_jeunes_une_annee_par_ligne_et_vide_non_disponible():
    lu = releve("neet.csv", JEUNES)
    assert [(c.territoire, c.annee, c.lecture.valeur) for c in lu.chiffres] == [
        ("COM01004", 2008, "24,30"), ("COM01004", 2018, "26,70"), ("COM01005", 2018, ""),
    ]  # fmt: skip
    assert lu.chiffres[2].lecture.statut is Statut.NON_DISPONIBLE


def test_liste_des_quartiers_sur_plusieurs_communes():
    lu = releve("liste.csv", LISTE)
    assert {lien for lien in lu.liens if lien[2] == "commune"} == {
        ("QN00201M", "COM02571", "commune"), ("QN00201M", "COM02691", "commune"), ("QN00102M", "COM01053", "commune"),
    }  # fmt: skip
    assert ("QN00201M", "EPCI200071892", "contrat") in lu.liens
    assert ("QN00201M", "DEP02", "departement") in lu.liens
    assert lu.lieux["QN00201M"].geographie == 2024


def test_correspondance_fusion_scission_entrant_inchange():
    natures = {(a, n): nature for a, n, nature, _ in releve("corr.csv", CORRESPONDANCE).filiations}
    assert natures == {
        ("QP001001", "QN00101M"): "fusion", ("QP001002", "QN00101M"): "fusion",
        ("QP001003", "QN00102M"): "scission", ("QP001003", "QN00103M"): "scission",
        ("", "QN00104N"): "entrant", ("QP001005", "QN00105I"): "inchangé",
    }  # fmt: skip


def test_composition_des_epci_siren_en_nombre_apres_un_titre():
    entete = ["dept", "siren", "raison_sociale", "nb_membres", "dep_com", "insee", "nom_membre", "pmun_2024"]
    lignes = [["Composition des EPCI"], entete, ["01", 200000001, "CA", 2, "01", "01004", "Ambérieu", 1],
              ["01", 200000001.0, "CA", 2, "01", "01005", "Autre", 1],
              ["01", 200000002, "CC", "deux", "01", "01006", "Seule", 1]]  # fmt: skip
    lu = releve("epcicom.xlsx", classeur(lignes))
    assert ("COM01004", "EPCI200000001", "epci") in lu.liens
    assert [(c.territoire, c.lecture.valeur, c.annee) for c in lu.chiffres] == [("EPCI200000001", "2", 2024)]
    assert "deux annoncés, 1 lignes" in lu.constats[0].message


CONNU = Referentiel(
    frozenset({"QP001001", "COM01004"}), {}, {}, {"la gare": ("QP001001",), "double": ("A", "B")},
    {"taux pauvrete": "taux_pauvrete", "taux de pauvrete": "taux_pauvrete"},
)  # fmt: skip


def test_modele_par_nom_ou_par_code_et_par_libelle():
    texte = modele("La Gare;Taux de pauvreté;2021;;44,5;;;;note", "1004;taux_pauvrete;2021;;s;;;;",
                   "QP001001;taux_pauvrete;2020;;;25;30;;")  # fmt: skip
    lu = releve("modele.csv", texte, CONNU)
    assert [(c.territoire, c.annee, c.lecture, c.bornes) for c in lu.chiffres] == [
        ("QP001001", 2021, CelluleLue(Statut.EXACT, "44,5"), ("", "")),
        ("COM01004", 2021, CelluleLue(Statut.SECRET), ("", "")),
        ("QP001001", 2020, CelluleLue(Statut.INTERVALLE), ("25", "30")),
    ]
    assert (lu.source.producteur, lu.source.titre, lu.source.licence) == ("Ville", "Enquête 2023", "diffusion interne")


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        ("Inconnue;taux_pauvrete;2021;;4;;;;", "territoire « Inconnue » inconnu"),
        ("double;taux_pauvrete;2021;;4;;;;", "donnez le code"),
        ("La Gare;bonheur;2021;;4;;;;", "indicateur « bonheur » inconnu"),
        ("La Gare;taux_pauvrete;21;;4;;;;", "n'est pas une année"),
        ("La Gare;taux_pauvrete;;;4;;;;", "année vide"),
        ("La Gare;taux_pauvrete;2021;;4;;;secret;", "donnée avec le statut"),
        ("La Gare;taux_pauvrete;2021;;4;;;sûr;", "statut « sûr » inconnu"),
    ],
)
def test_une_ligne_fausse_du_modele_est_laissee_et_dite(ligne, phrase):
    lu = releve("modele.csv", modele(ligne), CONNU)
    assert lu.chiffres == []
    assert phrase in lu.constats[0].message


def test_le_modele_distribue_en_xlsx_se_remplit_et_se_relit(petite):
    import openpyxl

    livre = openpyxl.load_workbook(io.BytesIO(modele_xlsx(petite.catalogue)))
    livre["Chiffres"].append(
        ["QP001001", "taux_pauvrete", 2021, None, 44.5, None, None, None, None, "Ville", "Enquête"]
    )
    sortie = io.BytesIO()
    livre.save(sortie)
    lot = lot_de(petite, depot("rempli.xlsx", sortie.getvalue()))
    assert [(o["territoire"], o["valeur"]) for o in lot.feuilles["observations"]] == [("QP001001", "44,5")]
    assert b"territoire;indicateur" in modele_csv()


def test_deux_sources_dans_un_modele_sont_refusees():
    texte = modele("La Gare;taux_pauvrete;2021;;4;;;;") + "La Gare;taux_pauvrete;2020;;4;;;;;Ville;Autre;;\r\n"
    with pytest.raises(ErreurImport, match="un fichier par source"):
        releve("modele.csv", texte, CONNU)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_l_encodage_d_excel_ou_de_l_insee(encodage):
    texte = "codgeo;libgeo;an;part_non_inseres\n01004;Ambérieu-en-Bugey;2018;26,70\n"
    assert releve("neet.csv", texte.encode(encodage)).lieux["COM01004"].nom == "Ambérieu-en-Bugey"


def test_une_ligne_qui_deborde_est_dite_pas_decalee():
    lu = releve("neet.csv", JEUNES + "01006;Un; libellé;2018;12,0\r\n")
    assert len(lu.chiffres) == 3
    assert (lu.constats[0].ligne, lu.constats[0].message) == (5, "plus de cellules que de colonnes : ligne laissée")


def test_chaque_extrait_est_reconnu_en_parquet_aussi():
    import pyarrow as pa
    import pyarrow.parquet as pq

    for nom, texte in EXTRAITS.items():
        tableau, *_ = lire_tableaux(texte.encode(), nom)
        colonnes = {c: [ligne[k] or None for _, ligne in tableau.lignes] for k, c in enumerate(tableau.entete)}
        sortie = io.BytesIO()
        pq.write_table(pa.table(colonnes), sortie)
        lu, attendu = releve("x.parquet", sortie.getvalue()), releve(nom, texte, RIEN)
        assert [(c.territoire, c.lecture) for c in lu.chiffres] == [(c.territoire, c.lecture) for c in attendu.chiffres]


def test_une_ligne_collee_deux_fois_ne_compte_qu_une_fois():
    entete, premiere, *autres = IPS_2022.splitlines(keepends=True)
    temoin = cases(releve("ips.csv", IPS_2022))
    double = releve("ips.csv", "".join([entete, premiere, premiere, *autres]))
    assert {cle: c.lecture for cle, c in cases(double).items()} == {cle: c.lecture for cle, c in temoin.items()}
    autre = releve("ips.csv", "".join([entete, premiere, premiere.replace("73.9", "99.9"), *autres]))
    assert cases(autre)["COM01004", "ips_ecoles_simple"].lecture == temoin["COM01004", "ips_ecoles_simple"].lecture
    assert "a deux lignes différentes, la première gardée" in str(autre.constats)


def test_un_effectif_communal_ecrit_deux_fois_n_est_pas_additionne():
    lignes = ["CODGEO;P22_POP1564;P22_ACTOCC1564", "01004;100;60", "01004;300;90", "01005;10;5"]
    lu = releve("base-cc-emploi-pop-active-2022.csv", "\n".join(lignes) + "\n")
    assert cases(lu)["COM01004", "taux_emploi_15_64"].lecture.valeur == "60,0"
    assert "COM01004 : deux lignes différentes, la première gardée" in str(lu.constats)


def test_une_commune_reunie_dont_une_part_manque_n_a_pas_de_chiffre():
    su = Referentiel(frozenset(), {}, {}, {}, {}, entieres={"COM01006": "COM01004"})
    lignes = ["CODGEO;P22_POP1564;P22_ACTOCC1564", "01004;100;60", "01006;;", "01005;10;5"]
    lu = releve("base-cc-emploi-pop-active-2022.csv", "\n".join(lignes) + "\n", su)
    assert {c.territoire for c in lu.chiffres} == {"COM01005"}
