"""Un regroupement fait soi-même : vérifié, additionné ou étendu, jamais moyenné ; il s'annule et survit."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import pytest
from depots import depot, modele, rapport_de
from feuilles import PETITE_BASE, ecrire_csv
from hypothesis import given
from hypothesis import strategies as st

from indicators.__main__ import main
from indicators.analyse import trace
from indicators.analyse.portrait import dresser
from indicators.analyse.regroupements import mesurer
from indicators.base.base import Base
from indicators.base.construction import assurer, empreinte
from indicators.base.regroupements import composition, regroupements_a_soi
from indicators.imports.moteur.ajout import annuler, appliquer
from indicators.imports.moteur.journal import journal
from indicators.imports.moteur.regroupement import preparer, regrouper
from indicators.recit.page.portrait import composer
from indicators.recit.regroupements import etendue
from indicators.socle.erreurs import ErreurImport, TerritoireInconnu
from indicators.socle.territoires import Maille

CENTRE = "Quartier vécu du Centre"
CODE = "RGT-QUARTIER-VECU-DU-CENTRE"
BETHUNE = ("IRIS621190101", "IRIS621190102", "IRIS621190103")


def ouvrir(dossier) -> Base:
    return Base(assurer(dossier).chemin)


def faire(dossier, nom=CENTRE, codes=("QP001001", "QP001002")):
    base = ouvrir(dossier)
    try:
        return regrouper(preparer(base, nom, codes), dossier, "essai", date(2026, 11, 28))
    finally:
        base.fermer()


@pytest.fixture
def fait(dossier, locales):
    """La petite base et « Quartier vécu du Centre », de deux de ses quartiers."""
    faire(dossier)
    base = ouvrir(dossier)
    yield base
    base.fermer()


def test_un_effectif_s_additionne_et_dit_de_quoi(fait):
    (population,) = fait.observations([CODE], ["population"])
    assert (population.valeur, population.annee, population.source) == (1088 + 0, 2018, "insee")
    assert population.origine == "calculee"
    assert "La Gare (1\u202f088) + Épinette (0)" in population.note


def test_un_taux_ne_s_additionne_ni_ne_se_moyenne(fait):
    assert fait.observations([CODE], ["taux_pauvrete"]) == []
    vue = dresser(fait, CODE)
    (ligne,) = [li for li in vue.tete if li.indicateur.indicateur == "taux_pauvrete"]
    assert ligne.chiffre is None and ligne.etendue is not None
    # Un quartier n'a qu'un intervalle : il est compté parmi les membres, non parmi les connus.
    dit = etendue(ligne.etendue).replace("\xa0", " ").replace("\u202f", " ")
    assert dit == "46,7 % (1 membre sur 2 connu en 2018)"
    assert all(i.indicateur != "taux_pauvrete" for i in vue.manquants)
    page = composer(fait, vue)
    assert f"de ses membres\xa0: {etendue(ligne.etendue)}." in page.identite.chapeau
    assert page.absents.titre.startswith("Un chiffre clé ne se dit que par ses membres")


def test_ses_liens_ses_references_et_son_titre(fait):
    fiche = fait.fiche(CODE)
    assert fiche.territoire.maille is Maille.REGROUPEMENT and fiche.territoire.geographie == 2015
    assert [t.territoire for t in fiche.references] == ["EPCI200000001", "DEP01", "REG84"]
    assert [t.territoire for t in composition(fait, CODE).membres] == ["QP001002", "QP001001"]
    assert [t.territoire for t in regroupements_a_soi(fait)] == [CODE]
    # Référence de ses membres seulement : jamais celle d'un voisin.
    assert CODE in {t.territoire for t in fait.fiche("QP001001").references}
    assert CODE not in {t.territoire for t in fait.fiche("QP001003").references}
    # Rien ne le classe : ni parmi d'autres ensembles, ni parmi des quartiers.
    assert fait.semblables(fiche.territoire) == [fiche.territoire]
    page = composer(fait, dresser(fait, CODE))
    assert page.identite.quoi == "Regroupement fait ici"
    assert page.regroupement is not None and len(page.regroupement.membres) == 2
    assert page.regroupement.lecture.startswith("Regroupement fait ici le 28/11/2026\xa0: 2\xa0quartiers.")
    assert page.quartiers == ()


def test_annuler_rend_exactement_la_base_d_avant(dossier, locales):
    avant = empreinte(dossier)
    entree = faire(dossier)
    assert (entree.numero, entree.auteur, entree.titre) == (1, "essai", "Regroupement")
    assert entree.resume == "«\xa0Quartier vécu du Centre\xa0» : 2\xa0membres"
    annuler(dossier)
    assert empreinte(dossier) == avant
    base = ouvrir(dossier)
    with pytest.raises(TerritoireInconnu):
        base.territoire(CODE)
    base.fermer()
    assert [(e.numero, e.en_service) for e in journal(dossier)] == [(1, False)]
    assert faire(dossier).numero == 2  # le nom est de nouveau libre, le numéro ne se reprend pas


@pytest.mark.parametrize(
    ("codes", "phrase"),
    [
        (["QP001001"], "deux membres au moins : 1 donné"),
        ([], "deux membres au moins : 0 donné"),
        (["QP001001", "QP001001"], "deux membres au moins"),
        (["QP001001", "COM01004"], "leurs habitants se recouvrent"),
        (["QP001001", "QN00101M"], "périmètres ou de statuts différents"),
        (["EPCI200000001", "DEP01"], "de maille « agglomération »"),
        (["QP001001", "QP999999"], "Aucun territoire ne porte « QP999999 »"),
    ],
)
def test_des_membres_qui_ne_vont_pas_ensemble_sont_refuses(petite, codes, phrase):
    with pytest.raises(ErreurImport, match=phrase):
        preparer(petite, CENTRE, codes)


@pytest.mark.parametrize(
    ("nom", "phrase"),
    [
        ("", "0.lettre"),
        ("ab", "2.lettres"),
        ("x" * 81, "81.lettres"),
        ("<b>Centre</b>", "seuls des lettres"),
        ("Centre & co; DROP", "seuls des lettres"),
        ("Centre\x00ville", "seuls des lettres"),
        ("[Centre](javascript:x)", "seuls des lettres"),
        ("jeanne@exemple.fr", "seuls des lettres"),
        ("=SOMME(A1)", "seuls des lettres"),
        ("-Centre", "commence par une lettre"),
        ("1234", "commence par une lettre"),
        ("Centre 06 12 34 56 78", "numéro de téléphone"),
        ("la gare", "déjà le nom d’un territoire"),
        ("AMBERIEU", "déjà le nom d’un territoire"),
    ],
)
def test_un_nom_qui_n_en_est_pas_un_est_refuse(petite, nom, phrase):
    with pytest.raises(ErreurImport, match=phrase):
        preparer(petite, nom, ["QP001001", "QP001002"])


def test_le_meme_nom_deux_fois_est_refuse(fait):
    with pytest.raises(ErreurImport, match="annulez d’abord ce regroupement"):
        preparer(fait, "quartier vecu du centre", ["QP001001", "QP001003"])


@given(st.text(max_size=120))
def test_aucun_nom_admis_ne_porte_de_balise_ni_de_separateur(vraie, nom):
    try:
        pret = preparer(vraie, nom, BETHUNE)
    except ErreurImport as erreur:
        assert str(erreur).endswith((".", ").")), erreur  # noqa: PT017 : refusé ou admis, il y a une phrase
        return
    assert not set("<>&;|[]{}*`#@=\n\r\t\x00") & set(pret.nom)
    assert pret.code.startswith("RGT-") and pret.code == pret.code.upper()


def test_un_membre_que_la_version_n_a_plus_ote_les_sommes_et_se_dit(dossier, locales):
    faire(dossier)
    for feuille in ("territoires", "appartenances", "filiations"):
        siennes = [li for li in PETITE_BASE[feuille] if "QP001002" not in li.values()]
        ecrire_csv(dossier / f"{feuille}.csv", feuille, siennes)
    restent = [li for li in PETITE_BASE["observations"] if li["territoire"] != "QP001002"]
    ecrire_csv(dossier / "observations" / "essai.csv", "observations", restent)
    base = ouvrir(dossier)
    assert base.observations([CODE]) == []  # la somme de ceux qui restent n'est plus celle du regroupement
    faits = composition(base, CODE)
    assert ([t.territoire for t in faits.membres], faits.manquants) == (["QP001001"], ("QP001002",))
    vue = dresser(base, CODE)
    par_code = {e.indicateur.indicateur: e for e in vue.etendues}
    assert (len(par_code["population"].connues), par_code["population"].membres) == (1, 2)
    assert etendue(par_code["population"]).endswith("(1\xa0membre sur 2 connu en 2018, pas de somme)")
    page = composer(base, vue)
    assert page.regroupement is not None
    assert "1\xa0membre n’est plus dans les données (QP001002)" in page.regroupement.lecture
    base.fermer()
    annuler(dossier)


def test_un_secret_se_compte_et_n_a_pas_de_somme(dossier, locales):
    faire(dossier, "Avec un secret", ["QP001001", "QP001003"])
    base = ouvrir(dossier)
    assert base.observations(["RGT-AVEC-UN-SECRET"]) == []
    par_code = {e.indicateur.indicateur: e for e in dresser(base, "RGT-AVEC-UN-SECRET").etendues}
    assert etendue(par_code["taux_pauvrete"]).endswith("(1\xa0membre sur 2 connu en 2018, 1 sous secret)")
    dit = composer(base, dresser(base, "RGT-AVEC-UN-SECRET")).identite.chapeau
    assert dit.endswith("1 sous secret). Aucun nombre n’est connu de tous\xa0: rien ne s’additionne.")
    assert etendue(par_code["population"]).endswith("pas de somme)")  # « plus de 500 » n'est pas un nombre
    base.fermer()


def test_un_chiffre_apporte_a_un_regroupement_en_depend(dossier, locales):
    faire(dossier)
    base = ouvrir(dossier)
    appliquer(rapport_de(base, depot("m.csv", modele(f"{CODE};taux_pauvrete;2021;;41,5;;;;"))), dossier, "essai")
    base.fermer()
    base = ouvrir(dossier)
    (ligne,) = dresser(base, CODE).tete
    assert ligne.chiffre is not None and ligne.chiffre.valeur == 41.5 and ligne.etendue is None
    base.fermer()
    with pytest.raises(ErreurImport, match=r"l'ajout n° 2 s'appuie"):
        annuler(dossier, 1)


def test_la_commande_fait_dit_et_annule(dossier, locales, capsys):
    donnees = ["--donnees", str(dossier)]
    assert main(["regrouper", CENTRE, "QP001001", "QP001002", "--essai", *donnees]) == 0
    assert "Essai : rien n'a été ajouté." in capsys.readouterr().out and journal(dossier) == []
    assert main(["regrouper", CENTRE, "QP001001", "QP001002", *donnees]) == 0
    assert "Ajout n° 1 en service" in capsys.readouterr().out
    assert main(["journal", *donnees]) == 0
    assert "«\xa0Quartier vécu du Centre\xa0» : 2\xa0membres" in capsys.readouterr().out
    assert main(["regrouper", CENTRE, "QP001001", *donnees]) == 1
    assert main(["annuler", *donnees]) == 0


def test_un_rapport_se_refait_de_deux_sommes(dossier, locales):
    """« part_etrangers » : étrangers sur habitants, de deux sources, comme `controles/formules.csv` le dit."""
    lieux = {"QP001001": ("10", "100"), "QP001002": ("45", "300")}
    modele_i = PETITE_BASE["indicateurs"][1]
    indicateurs = [
        *PETITE_BASE["indicateurs"],
        modele_i | {"indicateur": "nb_etrangers", "libelle": "Étrangers", "libelle_court": "Étrangers",
                    "unite": "personnes"},
        modele_i | {"indicateur": "part_etrangers", "libelle": "Part d’étrangers", "libelle_court": "Part d’étrangers",
                    "unite": "%", "decimales": "1"},
    ]  # fmt: skip
    ecrire_csv(dossier / "indicateurs.csv", "indicateurs", indicateurs)
    formule = {"sorte": "rapport", "resultat": "part_etrangers", "termes": "nb_etrangers", "diviseurs": "population",
               "source_diviseurs": "convention", "multiplicateur": "100"}  # fmt: skip
    ecrire_csv(dossier / "controles" / "formules.csv", "formules", [formule])
    gabarit = {"annee": "2019", "statut": "exact", "fiabilite": "sure", "ligne": "1", "origine": "publiee"}
    lignes = [
        gabarit | {"territoire": t, "indicateur": i, "valeur": v, "source": s, "passage": v, "imprime": v}
        for t, (etrangers, habitants) in lieux.items()
        for i, v, s in (("nb_etrangers", etrangers, "insee"), ("population", habitants, "convention"))
    ]
    part = gabarit | {"territoire": "QP001001", "indicateur": "part_etrangers", "valeur": "10,0", "source": "insee",
                      "passage": "10,0", "imprime": "10,0"}  # fmt: skip
    essai = dossier / "observations" / "essai.csv"
    ecrire_csv(essai, "observations", [*PETITE_BASE["observations"], *lignes, part])
    faire(dossier)
    base = ouvrir(dossier)
    (calculee,) = base.observations([CODE], ["part_etrangers"])
    base.fermer()
    assert calculee.valeur == round(100 * (10 + 45) / (100 + 300), 1)  # et non la moyenne de 10 et 15
    assert calculee.source == "insee" and "100 × 55 ÷ 400" in calculee.note
    # Un membre publie une part que ce quotient ne redonne pas : ce n'est pas ce rapport-là, rien n'est calculé.
    ecrire_csv(essai, "observations", [*PETITE_BASE["observations"], *lignes, part | {"valeur": "12,0"}])
    base = ouvrir(dossier)
    assert base.observations([CODE], ["part_etrangers"]) == []
    base.fermer()


def test_une_etendue_est_d_une_date_et_d_une_source(chiffre, indicateur):
    """La date que le plus de membres ont l'emporte ; un douteux, un secret se comptent."""
    lus = [
        chiffre(10.0, territoire="A", annee=2021), chiffre(30.0, territoire="B", annee=2018),
        chiffre(20.0, territoire="A", annee=2018), chiffre(99.0, territoire="C", annee=2018, fiabilite="douteuse"),
        chiffre(statut="secret", territoire="D", annee=2018), chiffre(5.0, territoire="E", annee=2018, source="autre"),
    ]  # fmt: skip
    trouvee = mesurer(replace(indicateur), lus, 6)
    assert trouvee is not None
    assert [(o.territoire, o.valeur) for o in trouvee.connues] == [("A", 20.0), ("B", 30.0)]
    assert (trouvee.membres, trouvee.secrets, trouvee.douteux, trouvee.somme) == (6, 1, 1, None)
    assert mesurer(indicateur, [chiffre(statut="secret")], 1) is None


def test_des_iris_et_une_commune_entiere_vont_ensemble_non_une_commune_decoupee(vraie):
    (entiere,) = [t for t in vraie.maille_fine("EPCI200072460") if t.maille is Maille.COMMUNE][:1]
    pret = preparer(vraie, CENTRE, [*BETHUNE, entiere.territoire])
    assert pret.contenants == (("epci", "EPCI200072460"), ("departement", "DEP62"), ("region", "REG32"))
    with pytest.raises(ErreurImport, match="découpée en IRIS"):
        preparer(vraie, CENTRE, [*BETHUNE, "62119"])
    loin = preparer(vraie, CENTRE, ["62119", "59350"])
    assert loin.contenants == (("region", "REG32"),)


def test_un_trace_propose_les_iris_qu_il_couvre_a_moitie(vraie):
    """Le rectangle de deux IRIS de Béthune : ceux-là y sont tout entiers, leurs voisins au-dessous de la moitié non."""
    from indicators.base.carte import contours

    formes = contours(vraie, BETHUNE[:1], 0)
    forme = formes[BETHUNE[0]].geometrie
    entite = {"type": "Feature", "properties": {"auteur": "Jeanne"}, "geometry": json.loads(json.dumps(
        forme.__geo_interface__))}  # fmt: skip
    couverts = trace.couverts(vraie, trace.lire(json.dumps(entite).encode()))
    assert [(t.territoire, round(part, 2)) for t, part in couverts] == [(BETHUNE[0], 1.0)]
    assert all(part >= trace.MOITIE for _, part in trace.couverts(vraie, forme.envelope))
    with pytest.raises(ErreurImport, match="la moitié d’aucun IRIS"):
        trace.couverts(vraie, forme.centroid.buffer(0.0001))
    with pytest.raises(ErreurImport, match="Aucun contour d’IRIS"):
        trace.couverts(vraie, forme.__class__(forme).buffer(0).centroid.buffer(0.01).__class__(
            [(2.3, 48.8), (2.4, 48.8), (2.4, 48.9)]))  # fmt: skip
    with pytest.raises(ErreurImport, match="Aucune surface"):
        trace.lire(b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}')


def test_la_feuille_ecrite_est_celle_de_tout_ajout(dossier, locales):
    faire(dossier)
    (ajout,) = sorted((locales / "imports").iterdir())
    assert ajout.name == "0001-regroupement"
    with (ajout / "appartenances.csv").open(encoding="utf-8-sig", newline="") as entree:
        liens = {(li["territoire"], li["parent"], li["nature"]) for li in csv.DictReader(entree, delimiter=";")}
    assert liens == {
        ("QP001001", CODE, "regroupement"), ("QP001002", CODE, "regroupement"),
        (CODE, "EPCI200000001", "epci"), (CODE, "DEP01", "departement"), (CODE, "REG84", "region"),
    }  # fmt: skip
