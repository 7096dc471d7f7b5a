"""Ce qu'un tableur montre est ce qui entre : formats, masques, fusions, formules, plusieurs tables, .xlsx et .ods."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
import xlsxwriter
from depots import depot, lot_de, releve

from indicators.imports.moteur import isole
from indicators.imports.moteur.apparence import montrer, montrer_ods
from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.releve import Releve
from indicators.socle.erreurs import ErreurImport

NEET = ["codgeo", "libgeo", "an", "part_non_inseres"]


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def livre(*feuilles: list[list[object]], apres: Callable[[xlsxwriter.Workbook], None] = lambda _: None) -> bytes:
    """Un classeur de ces onglets, que `apres` peut retoucher."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        for lignes in feuilles:
            onglet = classeur.add_worksheet()
            for rang, ligne in enumerate(lignes):
                onglet.write_row(rang, 0, ligne)
        apres(classeur)
    return sortie.getvalue()


def a_la_main(case: str, *, entete: str = "", lignes: str = "", calcul: str = "") -> bytes:
    """Un classeur dont la case D2 est ce XML ; `entete` : avant les données, `lignes` : après la ligne 2."""
    texte = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    noms = "".join(map(texte, NEET))
    ligne = f'<row r="2">{texte("01004")}{texte("Ambérieu")}<c><v>2018</v></c>{case}</row>'
    interieur = f"{entete}<sheetData><row>{noms}</row>{ligne}{lignes}</sheetData>"
    origine, refait = zipfile.ZipFile(io.BytesIO(livre([["x"]]))), io.BytesIO()
    with zipfile.ZipFile(refait, "w") as archive:
        for nom in origine.namelist():
            octets = origine.read(nom).decode()
            if nom.endswith("sheet1.xml"):
                octets = re.sub(r"<sheetData>.*</sheetData>", lambda _: interieur, octets, flags=re.DOTALL)
            if nom == "xl/workbook.xml":
                octets = re.sub(r"<calcPr[^>]*/>", calcul, octets)
            archive.writestr(nom, octets)
    return refait.getvalue()


def lus(octets: bytes, nom: str = "neet.xlsx") -> dict[tuple[str, int | None], str]:
    """Ce qui entre : la valeur, ou le statut, de chaque commune et année."""
    return _dits(releve(nom, octets))


def _dits(lu: Releve) -> dict[tuple[str, int | None], str]:
    return {(c.territoire, c.annee): c.lecture.valeur or str(c.lecture.statut) for c in lu.chiffres}


@pytest.mark.parametrize(
    ("valeur", "motif", "montre"),
    [
        # une condition choisit sa section
        (0.467, "[>1]0.0;0.0%", "46.7 %"), (46.7, "[>1]0.0;0.0%", "46.7"), (46.7, "[<=1]0.0%;0.0", "46.7"),
        (0.467, '[>1]0.0" %";0.0%', "46.7 %"), (-3.0, "[>100]0;[<0]0.0;0.00", "-3.0"), (5.0, "[>9]0;[<1]0.0", "5"),
        # un signe cité ou protégé n'est pas un pourcentage ; une espace protégée n'en ôte pas un
        (46.7, '0.0" %"', "46.7"), (46.7, r"0.0\ \%", "46.7"), (0.467, r"0\ %", "47 %"),
        (0.467, "0.0\u00a0%", "46.7 %"),
        (0.467, "[Blue]0.0%", "46.7 %"), (0.467, "[$-40C]0.0%;[Red]-0.0%", "46.7 %"), (0.467, ".0%", "46.7 %"),
        (-0.05, "0.0%;0%", "-5 %"), (0.467, '_-* 0.0%_-;-* 0.0%_-;_-* "-"_-', "46.7 %"),
        # ce que le format cache ou remplace n'est pas un nombre ; un zéro montré « - » reste un zéro
        (46.7, ";;;", ""), (46.7, '"s"', "s"), (46.7, r"\s", "s"), (0, '_-* 0.0_-;-* 0.0_-;_-* "-"??_-', "0.0"),
        (0, '"s"', "0"),
        # un autre système d'écriture garde la valeur
        (0.4671, "# ?/?", "0.4671"), (46712.5, "0.00E+00", "46712.5"), (46712, "0,", "46712"), (46.7, "@", "46.7"),
        # une année écrite comme une date
        (46.7, "0.0##", "46.7"), (46.0, "#.#", "46"), (datetime(2018, 1, 1), "yyyy", "2018"),
        (datetime(2018, 12, 31), "yyyy", "2018-12-31 00:00:00"),
        (True, "General", "VRAI"), (False, "0.0%", "FAUX"),
    ],
)  # fmt: skip
def test_le_format_d_une_case_choisit_ce_qu_elle_montre(valeur, motif, montre):
    assert montrer(valeur, motif) == montre


@pytest.mark.parametrize(
    ("valeur", "texte", "montre"),
    [
        (0.467, "46,7 %", "46.7 %"), (46.7, "46,7 %", "46.7"), (1088.0, "1,088", "1088"), (1.088, "1,088", "1.088"),
        (1088.4, "1\u202f088", "1088"), (32.4324, "32,4", "32.4"), (-0.125, "-0,13", "-0.13"),
        (46.7, "46.70 €", "46.70"), (0.467, "s", "s"), (0.0, "-", "0"), (0.25, "1/4", "1/4"),
    ],
)  # fmt: skip
def test_une_case_opendocument_vaut_ce_qu_elle_montre_quels_que_soient_ses_separateurs(valeur, texte, montre):
    assert montrer_ods(valeur, texte) == montre


@pytest.mark.parametrize(
    ("case", "lu"),
    [
        ('<c r="D2" t="str"><f>IF(1,"")</f><v></v></c>', "non_disponible"),  # calculée, et vide
        ('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "non_disponible"),
        ('<c r="D2" t="e"><v>#N/A</v></c>', "non_disponible"),
        ('<c r="D2"><f>1+1</f><v>46.7</v></c>', "46,7"),
        ('<c r="D2"><f>0</f><v>0</v></c>', "0"),
        ('<c r="D2" t="inlineStr"><is><r><t>46</t></r><r><t>,7</t></r></is></c>', "46,7"),
        ('<c r="D2" t="inlineStr"><is><t>46,7</t><rPh sb="0" eb="1"><t>9</t></rPh></is></c>', "46,7"),
        ('<c r="D2" t="inlineStr"><is><t>32\u00a0%</t></is></c>', "32"),
        ('<c r="D2" t="inlineStr"><is><t>#DIV/0 !</t></is></c>', "non_disponible"),
        ("<c><v>46.7</v></c>", "46,7"),  # sans adresse
        ('<c r="d2"><v>46.7</v></c>', "46,7"),
    ],
)
def test_une_case_ecrite_autrement(case, lu):
    assert lus(a_la_main(case)) == {("COM01004", 2018): lu}


@pytest.mark.parametrize(
    ("case", "dit"),
    [
        ('<c t="inlineStr"><is><r><t>46,7</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></is></c>',
         "« 46,7¹ » n'est ni un nombre"),  # un appel de note ne s'ajoute pas au chiffre
        ('<c r="D2" t="b"><v>1</v></c>', "« VRAI » n'est ni un nombre"),
        ('<c r="D2" t="d"><v>2018-01-01</v></c>', "n'est ni un nombre"),
        ('<c r="D2" t="inlineStr"><is><t>46,7 pts</t></is></c>', "n'est ni un nombre"),
        ('<c r="D2"><v>46.7</v></c><c r="F2"><v>1</v></c>', "plus de cellules que de colonnes"),
    ],
)  # fmt: skip
def test_une_case_qui_n_est_pas_un_nombre_est_laissee_et_dite(case, dit):
    lu = releve("neet.xlsx", a_la_main(case))
    assert not lu.chiffres and dit in str(lu.constats[0])


def test_une_note_en_exposant_d_un_texte_partage_n_est_pas_un_chiffre():
    def noter(classeur):
        exposant = classeur.add_format({"font_script": 1})
        classeur.worksheets()[0].write_rich_string(1, 3, "46,", "7", exposant, "1")

    lu = releve("neet.xlsx", livre([NEET, ["01004", "A", 2018], ["01005", "B", 2018, 12]], apres=noter))
    assert _dits(lu) == {("COM01005", 2018): "12"} and "46,7¹" in str(lu.constats)


@pytest.mark.parametrize(
    ("case", "calcul"),
    [
        ("<c><f>1+1</f></c>", ""), ("<c><f>1+1</f><v></v></c>", ""), ('<c><f t="shared" si="0"/></c>', ""),
        # le zéro de qui n'a rien calculé
        ("<c><f>1+1</f><v>0</v></c>", '<calcPr calcId="1" fullCalcOnLoad="1"/>'),
    ],
)  # fmt: skip
def test_une_formule_que_rien_n_a_calculee_arrete_tout(case, calcul):
    with pytest.raises(ErreurImport, match="jamais été calculées"):
        releve("neet.xlsx", a_la_main(case, calcul=calcul))


def test_les_balises_d_un_autre_prefixe_se_lisent_pareil():
    octets = livre([NEET, ["01004", "A", 2018, 46.7]])
    origine, refait = zipfile.ZipFile(io.BytesIO(octets)), io.BytesIO()
    with zipfile.ZipFile(refait, "w") as archive:
        for nom in origine.namelist():
            contenu = origine.read(nom)
            if nom.endswith("sheet1.xml"):
                contenu = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", contenu).replace(b"xmlns=", b"xmlns:x=")
            archive.writestr(nom, contenu)
    assert lus(refait.getvalue()) == {("COM01004", 2018): "46,7"}


def test_des_lignes_en_desordre_ou_ecrites_deux_fois_se_lisent_toutes():
    valeur = '<row r="{}"><c><v>1{}</v></c><c/><c><v>2018</v></c><c><v>{}</v></c></row>'.format
    octets = a_la_main("<c><v>46.7</v></c>", lignes=valeur(4, "005", 20) + valeur(3, "006", 10))
    assert lus(octets) == {("COM01004", 2018): "46,7", ("COM01005", 2018): "20", ("COM01006", 2018): "10"}


@pytest.mark.parametrize("cacher", ["hide", "very_hidden"])
def test_un_onglet_cache_ou_tres_cache_n_est_pas_lu(cacher):
    tables = ([NEET, ["01004", "A", 2018, 31]], [NEET, ["01004", "A", 2018, 47.2]])

    def masquer(classeur):
        classeur.worksheets()[1].activate()
        classeur.worksheets()[1].set_first_sheet()
        getattr(classeur.worksheets()[0], cacher)()

    assert lus(livre(*tables, apres=masquer)) == {("COM01004", 2018): "47,2"}


def test_ce_qui_est_masque_n_est_pas_lu_et_se_dit(petite):
    entete = [*NEET[:3], "part_non_inseres", "part_non_inseres"]
    table = [entete, ["01004", "A", 2017, 31, 46.7], ["01004", "A", 2018, 31, 47.2], ["01004", "A", 2016, 31, 12]]

    def masquer(classeur):
        feuille = classeur.worksheets()[0]
        feuille.set_column(3, 3, None, None, {"hidden": True})
        feuille.set_row(3, None, None, {"hidden": True})

    octets = livre(table, apres=masquer)
    assert lus(octets) == {("COM01004", 2017): "46,7", ("COM01004", 2018): "47,2"}
    texte = rapporter(lot_de(petite, depot("neet.xlsx", octets)), petite.catalogue).texte()
    assert "1 ligne masquée et 1 colonne masquée : affichez ce qui est masqué pour le lire" in texte
    cachee = livre(table, apres=lambda c: c.worksheets()[0].set_column(0, 0, None, None, {"hidden": True}))
    with pytest.raises(ErreurImport, match=r"aucun format connu.*1 colonne masquée, non lu"):
        releve("neet.xlsx", cachee)


@pytest.mark.parametrize(
    "seconde",
    [
        [[], ["libgeo", "codgeo", "an", "part_non_inseres"], ["B", "01006", 2018, 33.3]],  # les mêmes noms, ailleurs
        [[], ["territoire", "indicateur", "annee", "valeur"], ["QP001001", "taux_pauvrete", 2018, 44]],
        [["codgeo", "libgeo", "an", "population"], ["01006", "C", 2018, 44]],  # sans ligne vide
    ],
)
def test_une_seconde_table_sous_la_premiere_n_entre_pas_et_se_dit(seconde):
    lu = releve("neet.xlsx", livre([NEET, ["01004", "A", 2018, 46.7], *seconde]))
    assert _dits(lu) == {("COM01004", 2018): "46,7"}
    assert "une autre table commence, elle n'est pas lue" in str(lu.constats)


def test_un_en_tete_repete_une_ligne_vide_et_un_total_ne_coupent_pas_la_table():
    table = [NEET, ["01004", "A", 2018, 46.7], NEET, ["01005", "B", 2018, "s"], [], ["01006", "C", 2018, 12],
             [], ["Source : Insee", "RP"], ["Champ : ménages"]]  # fmt: skip
    lu = releve("neet.xlsx", livre(table))
    assert _dits(lu) == {("COM01004", 2018): "46,7", ("COM01005", 2018): "secret", ("COM01006", 2018): "12"}
    assert not lu.constats


def test_une_annee_ecrite_en_date_selon_les_deux_calendriers():
    for depart in (False, True):
        sortie = io.BytesIO()
        with xlsxwriter.Workbook(sortie, {"in_memory": True, "date_1904": depart}) as classeur:
            feuille = classeur.add_worksheet()
            feuille.write_row(0, 0, NEET)
            feuille.write_row(1, 0, ["01004", "A", None, 46.7])
            feuille.write_datetime(1, 2, date(2018, 1, 1), classeur.add_format({"num_format": "yyyy"}))
        assert lus(sortie.getvalue()) == {("COM01004", 2018): "46,7"}


# --- .ods --------------------------------------------------------------------------------------------------------

ESPACES = " ".join(
    f'xmlns:{prefixe}="urn:oasis:names:tc:opendocument:xmlns:{nom}:1.0"'
    for prefixe, nom in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
STYLES = (
    '<style:style style:name="cache" style:family="table"><style:table-properties table:display="false"/></style:style>'
    '<style:style style:name="haut" style:family="text"><style:text-properties style:text-position="super 58%"/>'
    "</style:style>"
)


def t(texte: str, traits: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {traits}><text:p>{texte}</text:p></table:table-cell>'


def n(valeur: float, montre: str, genre: str = "float", interieur: str = "") -> str:
    paragraphe = f"<text:p>{montre}</text:p>" if montre else ""
    traits = f'office:value-type="{genre}" office:value="{valeur}"'
    return f"<table:table-cell {traits}>{interieur}{paragraphe}</table:table-cell>"


def r(*cases: str, traits: str = "") -> str:
    return f"<table:table-row {traits}>{''.join(cases)}</table:table-row>"


def ods(*rangees: str, style: str = "", colonnes: str = "", autres: str = "", manifeste: str = "") -> bytes:
    interieur = "".join((colonnes, r(*map(t, NEET)), *rangees))
    feuille = f'<table:table table:name="F" table:style-name="{style}">{interieur}</table:table>'
    corps = f"<office:body><office:spreadsheet>{feuille}{autres}</office:spreadsheet></office:body>"
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ESPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>{corps}"
            "</office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            f'<m:file-entry m:full-path="content.xml" m:media-type="text/xml">{manifeste}</m:file-entry></m:manifest>',
        )
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("case", "lu"),
    [
        (n(0.467, "46,7 %", "percentage"), "46,7"), (n(46.7, "46,7"), "46,7"), (n(32.432432, "32,4"), "32,4"),
        (n(46.7, "46,7", interieur="<office:annotation><text:p>12 à vérifier</text:p></office:annotation>"), "46,7"),
        (n(0.467, "", "percentage"), "46,7"), (n(46.7, ""), "46,7"), (n(0.467, "s"), "secret"), (t("32 %"), "32"),
        ("<table:covered-table-cell><text:p>31</text:p></table:covered-table-cell>", "non_disponible"),
        (t("#N/D"), "non_disponible"),
    ],
)  # fmt: skip
def test_une_case_d_un_ods(case, lu):
    assert lus(ods(r(t("01004"), t("A"), n(2018, "2018"), case)), "neet.ods") == {("COM01004", 2018): lu}


def test_un_ods_repete_fusionne_masque_et_date():
    traits = 'office:value-type="date" office:date-value="2018-01-01"'
    date_ = f"<table:table-cell {traits}><text:p>2018</text:p></table:table-cell>"
    deux = 'table:number-columns-spanned="1" table:number-rows-spanned="2"'
    vide = '<table:table-cell table:number-columns-repeated="{}"/>'.format
    octets = ods(
        r(t("01004", deux), t("A"), n(2017, "2017"), n(46.7, "46,7"), vide(16_380)),
        r("<table:covered-table-cell/>", t("A"), date_, n(47.2, "47,2")),
        r(t("01005"), vide(1), n(2018, "2018"), n(12, "12"), traits='table:number-rows-repeated="2"'),
        r(t("01006"), t("C"), n(2018, "2018"), n(31, "31"), traits='table:visibility="filter"'),
        r(vide(16_384), traits='table:number-rows-repeated="1048570"'),
    )
    lu = releve("neet.ods", octets)
    assert [(c.territoire, c.annee, c.lecture.valeur, c.ligne) for c in lu.chiffres] == [
        ("COM01004", 2017, "46,7", 2), ("COM01004", 2018, "47,2", 3), ("COM01005", 2018, "12", 4),
        ("COM01005", 2018, "12", 5),
    ]  # fmt: skip
    assert "1 ligne masquée" in str(lu.constats)


def test_un_onglet_ou_une_colonne_caches_d_un_ods_ne_sont_pas_lus():
    ligne = r(t("01004"), t("A"), n(2018, "2018"), n(31, "31"))
    visible = f'<table:table table:name="G">{r(*map(t, NEET))}{ligne.replace("31", "47")}</table:table>'
    assert lus(ods(ligne, style="cache", autres=visible), "a.ods") == {("COM01004", 2018): "47"}
    colonnes = (
        '<table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>'
    )
    with pytest.raises(ErreurImport, match="1 colonne masquée, non lu"):
        lus(ods(ligne, colonnes=colonnes), "a.ods")


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (ods(r(t("01004"), '<table:table-cell table:formula="of:=1+1"/>')), "jamais été calculées"),
        (ods(manifeste="<m:encryption-data/>"), "protégé par un mot de passe"),
        (ods(r(t("x"), traits='table:number-rows-repeated="2000000"')), "plus de .* lignes"),
        (ods(r(t("x", 'table:number-columns-repeated="16384"'))), "16384 colonnes"),
    ],
)  # fmt: skip
def test_un_ods_piege_est_refuse_par_une_phrase(octets, phrase):
    with pytest.raises(ErreurImport, match=phrase):
        releve("piege.ods", octets)


def test_une_note_en_exposant_d_un_ods_n_est_pas_un_chiffre():
    case = t('46,7<text:span text:style-name="haut">1</text:span>')
    lu = releve("a.ods", ods(r(t("01004"), t("A"), n(2018, "2018"), case)))
    assert not lu.chiffres and "46,7¹" in str(lu.constats)
