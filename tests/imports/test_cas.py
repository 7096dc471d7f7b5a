"""Ce que des agents, des tableurs et des producteurs envoient vraiment : chaque genre, et la bonne réponse."""

from __future__ import annotations

import io
import re
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from depots import JEUNES, depot, lot_de, modele, releve

from indicators.donnees.encodage import MauvaisEncodage, lire_texte
from indicators.imports.moteur import isole
from indicators.imports.moteur.apparence import montrer
from indicators.imports.moteur.cellules import lire_cellule
from indicators.imports.moteur.lecteur import lire_onglets
from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.refus import noms_d_un_autre
from indicators.socle.codes import identifiant
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut

NEET = ["codgeo", "libgeo", "an", "part_non_inseres"]


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def livre(ecrire) -> bytes:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        ecrire(classeur)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("valeur", "motif", "montre"),
    [
        (0.467, "0.0%", "46.7 %"), (0.467, "0%", "47 %"), (12 / 37 * 100, "0.0", "32.4"), (1088.0, "#,##0", "1088"),
        (-0.125, '0.0" pt"', "-0.1"), (0.285, "0.00", "0.29"), (46.7, "General", "46.7"),
        (200072460, "General", "200072460"),
        (datetime(2026, 3, 12), "dd/mm/yyyy", "2026-03-12 00:00:00"),
    ],
)  # fmt: skip
def test_le_format_d_une_case_decide(valeur, motif, montre):
    assert montrer(valeur, motif) == montre


def test_un_onglet_cache_n_est_pas_lu_et_le_rapport_nomme_chacun(petite):
    def ecrire(classeur):
        for nom, valeur in (("Brouillon", 31.0), ("Chiffres", 47.2), ("Notes", None)):
            feuille = classeur.add_worksheet(nom)
            if valeur is None:
                feuille.write_row(0, 0, ["à", "lire"])
                continue
            feuille.write_row(0, 0, NEET)
            feuille.write_row(1, 0, ["01004", "Ambérieu", 2018, valeur])
        classeur.get_worksheet_by_name("Chiffres").set_first_sheet()
        classeur.get_worksheet_by_name("Chiffres").activate()
        classeur.get_worksheet_by_name("Brouillon").hide()

    octets = livre(ecrire)
    (lu,) = releve("neet.xlsx", octets).chiffres
    assert lu.lecture.valeur == "47,2"
    texte = rapporter(lot_de(petite, depot("neet.xlsx", octets)), petite.catalogue).texte()
    assert "onglet « Chiffres » lu, 2 lignes vues" in texte
    assert "onglet « Brouillon » laissé : onglet caché" in texte
    assert "onglet « Notes » laissé : d'aucun format connu" in texte


def test_une_fusion_s_etend_a_ses_lignes():
    def ecrire(classeur):
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, NEET)
        feuille.merge_range(1, 0, 2, 0, "01004")
        feuille.write_row(1, 1, ["Ambérieu", 2017, 20.0])
        feuille.write_row(2, 1, ["Ambérieu", 2018, 21.5])

    lus = releve("neet.xlsx", livre(ecrire)).chiffres
    assert [(c.territoire, c.annee, c.lecture.valeur) for c in lus] == [
        ("COM01004", 2017, "20"),
        ("COM01004", 2018, "21,5"),
    ]


def test_la_dimension_ecrite_n_est_pas_crue():
    import zipfile

    def ecrire(classeur):
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, NEET)
        for rang in range(1, 4):
            feuille.write_row(rang, 0, ["01004", "Ambérieu", 2015 + rang, 20 + rang])

    origine = zipfile.ZipFile(io.BytesIO(livre(ecrire)))
    fausse = io.BytesIO()
    with zipfile.ZipFile(fausse, "w") as archive:
        for nom in origine.namelist():
            octets = origine.read(nom)
            archive.writestr(nom, octets.replace(b'ref="A1:D4"', b'ref="A1:D2"'))
    assert len(releve("neet.xlsx", fausse.getvalue()).chiffres) == 3


@pytest.mark.parametrize(
    "texte",
    [
        "\ufeffsep=;\r\n" + JEUNES.removeprefix("\ufeff"),
        "\ufeff\ufeff" + JEUNES.removeprefix("\ufeff"),
        "Jeunes non insérés ; extraction du 12/03/2026\r\n\r\n" + JEUNES.removeprefix("\ufeff"),
        JEUNES.replace("codgeo;", "codgeo\u00a0;").replace("libgeo", "\u202flibgeo "),
        JEUNES.replace("part_non_inseres", '"part_non_inseres\u200b\n"').replace("01004", "\u200b01004"),
        JEUNES.replace("01004", '="01004"'),
        JEUNES.replace("01004", "'01004"),
        JEUNES.replace("01004", "1004.0")
        .replace("01005", "1005.0")
        .replace("2008", "2008.0")
        .replace("2018", "2018.0"),
        JEUNES.replace("2008", "2008,0").replace("2018", "2018,0"),
        JEUNES.replace("2008", "2008.00"),  # une ligne sur trois
        JEUNES.replace("01004", "’01004").replace("2008", "=“2008”"),
        JEUNES.replace("part_non_inseres", "part_non_inseres (en %)"),
        "".join(f"Ligne {n} d’un long titre\r\n" for n in range(25)) + JEUNES.removeprefix("\ufeff"),
        JEUNES.replace("\r\n", "\r"),
        JEUNES.replace("01004", "1004,00").replace("26,70", "26,70 %"),
    ],
)
def test_un_csv_se_lit_malgre_sa_mise_en_forme(texte):
    temoins = [(c.territoire, c.annee, c.lecture) for c in releve("neet.csv", JEUNES).chiffres]
    assert [(c.territoire, c.annee, c.lecture) for c in releve("neet.csv", texte).chiffres] == temoins


@pytest.mark.parametrize(
    ("encodage", "phrase"),
    [("cp850", "DOS"), ("mac_roman", "Mac"), ("utf-16-le", "UTF-16 sans marque"), ("utf-32", "en UTF-32")],
)
def test_un_autre_encodage_est_refuse_par_son_nom(encodage, phrase):
    texte = "territoire;note\nQP001001;rien\nQP001002;L’été à Béthune, où l’on récolte çà et là\n".replace("’", "'")
    with pytest.raises(MauvaisEncodage, match=phrase) as erreur:
        lire_texte(texte.encode(encodage))
    assert erreur.value.ligne == (1 if encodage.startswith("utf") else 3)


def test_un_texte_encode_deux_fois_est_refuse_a_sa_ligne():
    octets = "a;b\n1;été\n2;Béthune\n".encode().replace(
        "Béthune".encode(), "Béthune".encode().decode("cp1252").encode()
    )
    with pytest.raises(MauvaisEncodage, match="« Ã© » : ce texte a été encodé deux fois") as erreur:
        lire_texte(octets)
    assert erreur.value.ligne == 3


def test_deux_encodages_meles_sont_refuses_a_la_premiere_ligne_qui_n_est_pas_la_bonne():
    octets = "a;é\n".encode() + "b;è\n".encode("cp1252") + "c;ê\n".encode()
    with pytest.raises(MauvaisEncodage, match="mêlés") as erreur:
        lire_texte(octets)
    assert erreur.value.ligne == 2
    with pytest.raises(MauvaisEncodage, match="mêlés") as erreur:
        lire_texte(b"\xef\xbb\xbfa;b\n" + "c;è\n".encode("cp1252"))
    assert erreur.value.ligne == 2
    assert lire_texte("a;é\nb;œuvre, 12 €\n".encode("cp1252")) == "a;é\nb;œuvre, 12 €\n"


@pytest.mark.parametrize(
    ("marques", "statut"),
    [
        ("s|S|s.|(s)|[s]|ss|c.s.|C|conf.|Secret stat.|secret statistique|<5|< 11|≤5|<=5|moins de 5", Statut.SECRET),
        ("ns|n.s.|N/A|#N/A|#DIV/0!|—|–|..|.|X|*|nc|NULL|None|NaN|nd|n.r.|vm|n/a - résultat non disponible",
         Statut.NON_DISPONIBLE),
        ("///|//|-|so|s.o.", Statut.SANS_OBJET),
    ],
)  # fmt: skip
def test_une_marque_d_absence_n_est_jamais_un_nombre(marques, statut):
    assert {brut: lire_cellule(brut, None).statut for brut in marques.split("|")} == dict.fromkeys(
        marques.split("|"), statut
    )


@pytest.mark.parametrize(
    ("brut", "code"),
    [
        ("200 072 460", "EPCI200072460"),
        ("200072460,00", "EPCI200072460"),
        ("62119.0", "COM62119"),
        ("2,00072E+08", None),
    ],
)
def test_un_code_pris_pour_un_nombre(brut, code):
    assert identifiant(brut) == code


def test_un_code_en_notation_scientifique_est_dit(petite):
    texte = "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n01004;Ambérieu;2,00000E+08;CA des Essais;01;84\n"
    dit = rapporter(lot_de(petite, depot("appartenance.csv", texte)), petite.catalogue).texte()
    assert "EPCI « 2,00000E+08 » de 01004 non reconnu" in dit


def test_une_fraction_dans_un_csv_est_refusee_avec_ce_qu_il_faut_ecrire(petite):
    with pytest.raises(ErreurImport, match=r"« 0,467 » est une fraction.*écrivez 46,7"):
        lot_de(petite, depot("chiffres.csv", modele("QP001001;taux_pauvrete;2020;;0,467;;;;")))
    # Un vrai zéro, un vrai 1 % ou un indicateur dont rien n'est connu ne sont pas des fractions.
    assert lot_de(petite, depot("chiffres.csv", modele("QP001001;taux_pauvrete;2020;;0;;;;"))).chiffres


def test_une_fraction_sans_aucun_chiffre_connu_est_dite(vraie):
    octets = modele("QP062011;part_lyceens_pro;2021;;0,126;;;;", "QP062017;part_lyceens_pro;2021;;0;;;;")
    texte = rapporter(lot_de(vraie, depot("a.csv", octets)), vraie.catalogue).texte()
    assert "part_lyceens_pro : toutes les valeurs sont entre 0 et 1 (« 0,126 ») ; si c’est une fraction" in texte
    assert "écrivez 12,6" in texte


def test_l_essai_refuse_ce_que_l_ajout_refusera_avec_la_ligne_de_la_personne(petite):
    fautes = modele("QP001001;taux_pauvrete;2021;;;50;10;;", "QP001002;taux_pauvrete;2018;2021;12;;;;")
    with pytest.raises(ErreurImport) as erreur:
        lot_de(petite, depot("chiffres.csv", fautes))
    assert "chiffres.csv, ligne 2, colonne « borne_inf » : borne basse au-dessus de la borne haute" in str(erreur.value)
    assert "chiffres.csv, ligne 3, colonne « annee_debut »" in str(erreur.value)


@pytest.mark.parametrize(
    ("interieur", "phrase"),
    [
        (b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>', "annonce la ligne 2000000000"),
        (b'<row r="1">' + b"<c><v>1</v></c>" * 2_100 + b"</row>", "2100 colonnes"),
        (b"<row>" + b"<c/>" * 500_000 + b"</row>", "plus de 2000 colonnes"),
        (b'<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "pas un classeur lisible"),
        (b'<row r="1"><c r="A1"><f>1+1</f></c></row>', "jamais été calculées"),
    ],
)
def test_un_classeur_piege_est_refuse_sans_etre_deplie(interieur, phrase):
    import zipfile

    livre_vide = openpyxl.Workbook()
    sortie = io.BytesIO()
    livre_vide.save(sortie)
    origine, piege = zipfile.ZipFile(sortie), io.BytesIO()
    with zipfile.ZipFile(piege, "w") as archive:
        for nom in origine.namelist():
            octets = origine.read(nom)
            if nom.endswith("sheet1.xml"):
                vide = rb"<sheetData\s*/>|<sheetData>\s*</sheetData>"
                octets, fois = re.subn(vide, lambda _: b"<sheetData>" + interieur + b"</sheetData>", octets)
                assert fois == 1
            archive.writestr(nom, octets)
    with pytest.raises(ErreurImport, match=phrase):
        lire_onglets(piege.getvalue(), "piege.xlsx")


@pytest.mark.parametrize(
    ("encodage", "texte", "nom"),
    [
        ("cp850", "Béthune", "DOS (cp850)"), ("cp850", "Valserhône", "DOS (cp850)"), ("cp850", "boîte", "DOS (cp850)"),
        ("mac_roman", "Béthune", "Mac (Mac Roman)"), ("mac_roman", "Valserhône", "Mac (Mac Roman)"),
        ("mac_roman", "boîte à clés", "Mac (Mac Roman)"), ("iso8859_15", "cœur", "ISO 8859-15 (Latin 9)"),
        ("cp850", "Noël", "DOS (cp850) ou Mac (Mac Roman)"),
    ],
)  # fmt: skip
def test_l_encodage_nomme_est_le_plus_vraisemblable(encodage, texte, nom):
    with pytest.raises(MauvaisEncodage) as erreur:
        lire_texte(b"code;nom\n1;Lens\n2;" + texte.encode(encodage) + b"\n")
    assert f"semble en encodage {nom} ;" in str(erreur.value) and erreur.value.ligne == 3


def test_les_notes_sous_la_table_se_taisent_et_une_ligne_incomplete_se_dit(petite):
    notes = "\r\nSource : Insee, RP ; traitement ANCT\r\nNote : champ des ménages ordinaires\r\n(1) données de 2018\r\n"
    assert not releve("neet.csv", JEUNES + notes).constats
    assert releve("neet.csv", JEUNES + "01006;Sans année;;12\r\n").constats


@pytest.mark.parametrize(("marque", "statut"), [("ns", "non_disponible"), ("s", "secret"), ("", "secret")])
def test_une_valeur_connue_que_le_fichier_retire_est_dite(vraie, marque, statut):
    octets = f"CODGEO;DISP_MED_A19;DISP_TP60_A19\nQP062011;{marque};{marque}\nQP062017;14260;39,3\n"
    texte = rapporter(lot_de(vraie, depot("filosofi19.csv", octets)), vraie.catalogue).texte()
    assert "2 valeurs connues que ce fichier retire (secret, case vide ou illisible) :" in texte
    assert f"QP062011, taux_pauvrete : 45,7 → {statut}" in texte
    illisible = "CODGEO;DISP_MED_A19;DISP_TP60_A19\nQP062011;??;12,5*\nQP062017;14260;39,3\n"
    texte = rapporter(lot_de(vraie, depot("filosofi19.csv", illisible)), vraie.catalogue).texte()
    assert texte.count("case laissée, le chiffre connu reste") == 2


def test_un_saut_d_un_facteur_cent_est_dit_meme_vers_le_passe(petite):
    octets = modele("QP001001;taux_pauvrete;2012;;0,46;;;;", "QP001002;taux_pauvrete;2018;;27;;;;")
    texte = rapporter(lot_de(petite, depot("a.csv", octets)), petite.catalogue).texte()
    assert "46,7 → 0,46 (2018 → 2012 ; environ cent fois moins : la bonne unité ?)" in texte


def test_un_total_plus_petit_que_sa_partie_est_dit(petite):
    octets = modele("QP001001;population;2018;;60000;;;;")
    texte = rapporter(lot_de(petite, depot("a.csv", octets)), petite.catalogue).texte()
    assert "QP001001, population : 60000, plus que EPCI200000001 : 50000" not in texte  # un contrat n'est pas un EPCI
    octets = modele("COM01004;population;2018;;60000;;;;")
    texte = rapporter(lot_de(petite, depot("a.csv", octets)), petite.catalogue).texte()
    assert "COM01004, population : 60000, plus que EPCI200000001 : 50000" in texte


def test_une_archive_d_une_version_a_venir_est_un_refus():
    """Trouvé par atheris : zipfile lève alors `NotImplementedError` dès l'ouverture."""
    octets = bytearray(livre(lambda classeur: classeur.add_worksheet().write_row(0, 0, NEET)))
    central = octets.index(b"PK\x01\x02")
    octets[central + 6] = 84
    with pytest.raises(ErreurImport, match="archive est abîmée"):
        lire_onglets(bytes(octets), "futur.xlsx")


def test_une_commune_renommee_ou_passee_a_un_autre_epci_est_dite(vraie):
    texte = (
        "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n62119;Béthune-en-Artois;200072460;CA Béthune Artois Métropole;62;32\n"
        "62178;Bruay-la-Buissière;200999999;CA Nouvelle du Bruaysis;62;32\n97411;Saint-Denis;249740119;CINOR;974;04\n"
    )
    dit = rapporter(lot_de(vraie, depot("appartenance.csv", texte)), vraie.catalogue).texte()
    assert "COM62119 : « Béthune » gardé, appartenance.csv écrit « Béthune-en-Artois »" in dit
    assert "EPCI200072460 : «" in dit and "écrit « CA Béthune Artois Métropole »" in dit
    assert "COM62178 : EPCI200072460 gardé, EPCI200999999 laissé" in dit
    assert "COM97411" not in dit  # l'homonyme de la base porte son département, ce n'est pas un autre nom


@pytest.mark.parametrize(("brut", "lu"), [("46,7 %", "46,7"), ("46.7%", "46,7"), ("46,7\u202f%", "46,7"), ("-0", "0")])
def test_un_pourcentage_ecrit_en_texte_se_lit(petite, brut, lu):
    assert lire_cellule(brut, None).valeur == lu
    lot = lot_de(petite, depot("a.csv", modele(f"QP001001;taux_pauvrete;2021;;{brut};;;;")))
    assert [ligne["valeur"] for ligne in lot.feuilles["observations"]] == [lu]


@pytest.mark.parametrize(
    ("brut", "phrase"),
    [
        ("46,7 %", "« 46,7 % » est un pourcentage, « population » est en habitants : case laissée"),
        ("1.088", "« 1.088 » : milliers ou décimales ? écrivez 1088, ou un nombre entier : case laissée"),
        ("25,193", "« 25,193 » : milliers ou décimales ? écrivez 25193, ou un nombre entier : case laissée"),
    ],
)
def test_un_effectif_qui_peut_se_lire_de_deux_facons_n_entre_pas(petite, brut, phrase):
    lot = lot_de(petite, depot("a.csv", modele(f"QP001001;population;2021;;{brut};;;;")))
    assert not lot.feuilles["observations"]
    assert phrase in rapporter(lot, petite.catalogue).texte()


def test_un_total_ensemble_n_est_celui_des_quartiers_de_2015_que_parmi_eux():
    ensemble = "Ensemble;Ensemble;2018;44\nTotal;;2018;45\nFrance entière;;2018;46\n"
    lus = releve("neet.csv", JEUNES + ensemble)
    assert {c.territoire for c in lus.chiffres} == {"COM01004", "COM01005"}
    assert len(lus.constats) == 3
    rpls = "CodGeo;LibGeo;nbLsPls\n01004;A;12\nEnsemble;Ensemble;12\n"
    assert {c.territoire for c in releve("rpls.csv", rpls).chiffres} == {"COM01004"}
    nouveaux = "CODGEO;LIBGEO;TX_NSNE_16A25\nQN00101M;A;12\nEnsemble;Ensemble des QPV;13\n"
    assert {c.territoire for c in releve("educ.csv", nouveaux).chiffres} == {"QN00101M"}


def test_deux_colonnes_d_un_meme_nom_sont_dites():
    texte = "codgeo;libgeo;an;part_non_inseres;Part_non_inseres\n01004;A;2018;46,7;12\n"
    lus = releve("neet.csv", texte)
    assert [c.lecture.valeur for c in lus.chiffres] == ["46,7"]
    assert "2 colonnes « part_non_inseres »" in str(lus.constats)


def test_une_annee_a_venir_n_est_pas_mesuree(petite):
    """« 2081 » pour « 2018 » serait la dernière valeur connue."""
    lot = lot_de(
        petite, depot("m.csv", modele("QP001001;taux_pauvrete;2081;;30;;;;", "QP001001;taux_pauvrete;2020;;31;;;;"))
    )
    assert [ligne["annee"] for ligne in lot.feuilles["observations"]] == ["2020"]
    assert "2081 est une année à venir : case laissée" in rapporter(lot, petite.catalogue).texte()


def test_une_colonne_de_codes_triee_sans_les_autres_est_dite():
    """Deux communes échangent leurs noms ; un homonyme ou une commune renommée n'échange le sien avec personne."""
    connus = {"lens": ("COM62498",), "bethune": ("COM62119",)}

    def dits(*noms: str) -> list[str]:
        lignes = "".join(f"{code};{nom};2018;20,5\n" for code, nom in zip(("62119", "62498"), noms, strict=True))
        lu = releve("neet.csv", f"codgeo;libgeo;an;part_non_inseres\n{lignes}")
        return [c.message for c in noms_d_un_autre(lu, connus)]

    assert dits("Lens", "Béthune") == [
        "COM62119 y porte le nom de COM62498, « Lens » : ses codes sont-ils décalés ?",
        "COM62498 y porte le nom de COM62119, « Béthune » : ses codes sont-ils décalés ?",
    ]
    assert dits("Béthune", "Lens") == dits("Lens", "Lens") == []


def test_un_fichier_sans_aucun_chiffre_dit_pourquoi(petite):
    with pytest.raises(ErreurImport, match="aucun chiffre à lire : ligne 2, « mars-25 » n'est ni un nombre"):
        lot_de(petite, depot("neet.csv", "codgeo;libgeo;an;part_non_inseres\n01004;Ambérieu;2018;mars-25\n"))
