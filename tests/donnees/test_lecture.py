"""Un fichier fautif donne une phrase avec le fichier, la ligne et la colonne ; toutes les fautes d'un coup."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.base.base import Base
from indicators.base.construction import assurer, construire
from indicators.donnees.controles.structure import verifier_structure
from indicators.donnees.lecture import decimales_imprimees, lire_donnees
from indicators.socle.erreurs import DonneesInvalides

OBSERVATIONS = "observations/essai.csv"


def remplacer(fichier: str, ancien: str, nouveau: str) -> Callable[[Path], None]:
    def abimer(dossier: Path) -> None:
        chemin = dossier / fichier
        texte = chemin.read_text("utf-8-sig")
        assert ancien in texte
        chemin.write_text(texte.replace(ancien, nouveau, 1), "utf-8-sig")

    return abimer


def enregistrer_en(codage: str, marque: bytes = b"", fin: str = "\n") -> Callable[[Path], None]:
    """Le même texte, enregistré par un autre programme ; sans « – » ni « ’ », absents de certaines pages de code."""

    def enregistrer(dossier: Path) -> None:
        chemin = dossier / "territoires.csv"
        texte = chemin.read_text("utf-8-sig").replace("’", "'").replace("–", "-").replace("\n", fin)
        chemin.write_bytes(marque + texte.encode(codage))

    return enregistrer


def deux_fois_la_derniere(dossier: Path) -> None:
    chemin = dossier / OBSERVATIONS
    texte = chemin.read_text("utf-8-sig")
    chemin.write_text(texte + texte.splitlines()[-1] + "\n", "utf-8-sig")


def sans_colonne(dossier: Path) -> None:
    chemin = dossier / OBSERVATIONS
    lignes = chemin.read_text("utf-8-sig").splitlines()
    chemin.write_text("\n".join(ligne.rpartition(";")[0] for ligne in lignes) + "\n", "utf-8-sig")


CAS = {
    "indicateur inconnu": (
        remplacer(OBSERVATIONS, "QP001001;taux_pauvrete", "QP001001;taux_de_pauvrete"),
        ("observations/essai.csv, ligne 2, colonne « indicateur »", "indicateur inconnu : « taux_de_pauvrete »"),
    ),
    "valeur hors des bornes": (
        remplacer(OBSERVATIONS, "46,7;;;exact", "467;;;exact"),
        ("observations/essai.csv, ligne 2, colonne « valeur »", "467 est hors des bornes", "de 0 à 100"),
    ),
    "clé en double": (
        deux_fois_la_derniere,
        ("observations/essai.csv, ligne 13", "clé en double", "déjà donnée observations/essai.csv ligne 12"),
    ),
    "lettre dans un nombre": (
        remplacer(OBSERVATIONS, "46,7;;;exact", "46,7O;;;exact"),
        ("observations/essai.csv, ligne 2, colonne « valeur »", "« 46,7O » n'est pas un nombre"),
    ),
    "point décimal": (
        remplacer(OBSERVATIONS, "46,7;;;exact", "46.7;;;exact"),
        ("ligne 2, colonne « valeur »", "« 46.7 » n'est pas un nombre", "virgule"),
    ),
    "colonne absente": (
        sans_colonne,
        ("observations/essai.csv, ligne 1, colonne « origine »", "colonne absente"),
    ),
    "CSV d'Excel en France (Windows-1252)": (
        enregistrer_en("cp1252", fin="\r\n"),
        ("territoires.csv, ligne 3 :", "octet 0xC9 illisible en UTF-8 (enregistré en Windows-1252", "« CSV UTF-8 »"),
    ),
    "CSV MS-DOS d'Excel (page 850)": (
        enregistrer_en("cp850", fin="\r\n"),
        ("territoires.csv, ligne 3 :", "octet 0x90 illisible en UTF-8", "« CSV UTF-8 »"),
    ),
    "CSV d'Excel sur Mac (Mac Roman, retours seuls)": (
        enregistrer_en("mac-roman", fin="\r"),
        ("territoires.csv, ligne 3 :", "octet 0x83 illisible en UTF-8", "« CSV UTF-8 »"),
    ),
    "texte Unicode d'Excel (UTF-16)": (
        enregistrer_en("utf-16-le", b"\xff\xfe", fin="\r\n"),
        ("territoires.csv, ligne 1 :", "est en UTF-16", "« CSV UTF-8 »"),
    ),
    "UTF-16 gros-boutien": (
        enregistrer_en("utf-16-be", b"\xfe\xff"),
        ("territoires.csv, ligne 1 :", "est en UTF-16", "« CSV UTF-8 »"),
    ),
    "UTF-16 sans marque": (
        enregistrer_en("utf-16-le"),
        ("territoires.csv, ligne 1 :", "est en UTF-16", "« CSV UTF-8 »"),
    ),
    "virgules au lieu de points-virgules": (
        remplacer("themes.csv", "theme;libelle;ordre", "theme,libelle,ordre"),
        ("themes.csv, ligne 1", "séparateur attendu est « ; »"),
    ),
    "point-virgule en trop": (
        remplacer("sources.csv", ";Fichier;", ";Fichier;;"),
        ("sources.csv, ligne 2", "10 cellules au lieu de 9"),
    ),
    "statut inventé": (
        remplacer(OBSERVATIONS, ";secret;", ";caché;"),
        ("colonne « statut »", "« caché » n'est pas admis", "secret"),
    ),
    "zéro à la place d'un secret": (
        remplacer(OBSERVATIONS, "2018;;;;;secret", "2018;;0;;;secret"),
        ("colonne « valeur »", "alors que le statut « secret » n'en veut pas"),
    ),
    "exact sans valeur": (
        remplacer(OBSERVATIONS, "46,7;;;exact", ";;;exact"),
        ("colonne « valeur »", "demande un nombre"),
    ),
    "douteuse sans raison": (
        remplacer(OBSERVATIONS, "contredit par l’Insee", ""),
        ("colonne « note »", "une valeur douteuse doit dire pourquoi"),
    ),
    "année impossible": (
        remplacer(OBSERVATIONS, ";2018;", ";20188;"),
        ("colonne « annee »", "« 20188 » n'est pas une année"),
    ),
    "territoire inconnu": (
        remplacer("appartenances.csv", "COM01004", "COM1004"),
        ("appartenances.csv", "territoire inconnu : « COM1004 »"),
    ),
    "zéro de tête perdu": (
        remplacer("territoires.csv", ";01004;", ";1004;"),
        ("territoires.csv, ligne 6, colonne « code_officiel »", "« 1004 » n'est pas celui de COM01004"),
    ),
    "caractère de contrôle": (
        remplacer(OBSERVATIONS, "contredit par", "contredit\x0bpar"),
        ("ligne 3, colonne « note »", "un caractère invisible (U+000B) s'y trouve : effacez-le"),
    ),
    "fichier absent": (lambda dossier: (dossier / "sources.csv").unlink(), ("sources.csv", "fichier absent")),
}


@pytest.mark.parametrize("cas", CAS, ids=list(CAS))
def test_une_faute_donne_sa_phrase_et_la_base_precedente_reste_en_service(dossier, cas):
    abimer, attendus = CAS[cas]
    ancienne = construire(dossier)
    abimer(dossier)
    with pytest.raises(DonneesInvalides) as erreur:
        construire(dossier)
    for attendu in attendus:
        assert attendu in str(erreur.value)
    base = assurer(dossier)
    assert base.chemin == ancienne
    assert base.erreur == f"La base précédente reste en service.\n{erreur.value}"
    ouverte = Base(base.chemin)
    assert ouverte.observations(["QP001001"])
    ouverte.fermer()


@pytest.mark.parametrize("fin", ["\r\n", "\r"])
@pytest.mark.parametrize("marque", [b"", b"\xef\xbb\xbf"], ids=["sans BOM", "avec BOM"])
def test_ce_qu_excel_enregistre_en_utf_8_se_lit_pareil(dossier, marque, fin):
    """« CSV UTF-8 » de Windows ou de Mac : mêmes lignes, mêmes valeurs, même absence de constat."""
    lues = [ligne.valeurs for ligne in lire_donnees(dossier)["territoires"]]
    chemin = dossier / "territoires.csv"
    chemin.write_bytes(marque + chemin.read_text("utf-8-sig").replace("\n", fin).encode())
    relues = lire_donnees(dossier)
    assert (relues.constats, [ligne.valeurs for ligne in relues["territoires"]]) == ([], lues)


def test_toutes_les_fautes_d_un_coup(dossier):
    remplacer(OBSERVATIONS, "46,7;;;exact", "46,7x;;;exact")(dossier)
    remplacer(OBSERVATIONS, "39,3;;;exact", "39,3y;;;exact")(dossier)
    remplacer("themes.csv", "Population;2", "Population;deux")(dossier)
    with pytest.raises(DonneesInvalides) as erreur:
        construire(dossier)
    assert len(erreur.value.constats) == 3
    assert str(erreur.value).startswith("3 erreurs")


def test_sans_base_precedente_l_erreur_est_dite(dossier):
    sans_colonne(dossier)
    with pytest.raises(DonneesInvalides, match="colonne absente"):
        assurer(dossier)


def test_les_codes_restent_du_texte(dossier):
    donnees = lire_donnees(dossier)
    assert "01004" in {ligne["code_officiel"] for ligne in donnees["territoires"]}
    assert verifier_structure(donnees) == []


def test_une_cellule_sur_plusieurs_lignes_garde_le_bon_numero(dossier):
    chemin = dossier / "sources.csv"
    texte = chemin.read_text("utf-8-sig").replace(";Fichier;", ';"Fichier\nen deux lignes";')
    chemin.write_text(texte.replace(";document public;3;", ";document public;trois;"), "utf-8-sig")
    constats = lire_donnees(dossier).constats
    assert [(c.fichier, c.ligne, c.colonne) for c in constats] == [("sources.csv", 4, "rang")]


@pytest.mark.parametrize(("texte", "n"), [("18,60", 2), ("46,7", 1), ("31", 0), ("-0,5", 1), ("", 0)])
def test_decimales_imprimees(texte, n):
    assert decimales_imprimees(texte) == n
