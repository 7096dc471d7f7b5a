"""Explorer : filtres croisés, décomptes qui suivent, comparaison en colonnes, fichiers qui se rouvrent."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import partial

import ecrans
import openpyxl
import pyarrow.parquet as pq
import pytest
from ecrans import texte
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect

from indicators.analyse.exploration import Exploration, LigneExploree, Niveau, explorer
from indicators.base.exploration import FACETTES, PLAFOND, Filtre, chercher_observations, compter, parents
from indicators.publications import exports
from indicators.recit.exploration import annonce, criteres, elargissements, motif, options_de
from indicators.socle.nombres import nombre
from indicators.socle.observations import Fiabilite
from indicators.socle.territoires import Maille

PARCOURS = Filtre(
    theme=("emploi",), type=("QPV",), perimetre=("2015",), agglomeration=("EPCI200042190",), fiabilite=("douteuse",)
)


def faire(base, filtre: Filtre | None = None, niveau: Niveau = Niveau.AGGLOMERATION) -> Exploration:
    return explorer(base, filtre or Filtre(), niveau, criteres(filtre or Filtre(), niveau, options_de(base)))


def une(exploration: Exploration, territoire: str, source: str = "insee") -> LigneExploree:
    (ligne,) = [
        li for li in exploration.lignes if (li.territoire.territoire, li.chiffre.source) == (territoire, source)
    ]
    return ligne


def lire_csv(octets: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


# --- filtres et décomptes --------------------------------------------------------------------------------------------


def test_sans_filtre_toutes_les_observations(petite):
    assert faire(petite).total == 11
    assert compter(petite, Filtre())["total"] == {"filtre": 11}


@pytest.mark.parametrize(
    ("filtre", "attendu"),
    [
        (Filtre(theme=("population",)), 4),
        (Filtre(indicateur=("taux_pauvrete",)), 7),
        (Filtre(maille=("region", "epci")), 2 + 1),
        (Filtre(agglomeration=("EPCI200000001",)), 11 - 1),
        (Filtre(perimetre=("2024",)), 1),
        (Filtre(perimetre=("sans",)), 3),
        (Filtre(type=("QPV",), perimetre=("2015",)), 7),
        (Filtre(date=("2021", "2020")), 2),
        (Filtre(statut=("secret",)), 1),
        (Filtre(fiabilite=("douteuse",)), 1),
        (Filtre(source=("convention",)), 1),
        (Filtre(texte="EPINETTE"), 2 + 1),
        (Filtre(texte="contredit"), 1),
        (Filtre(texte="l'épinette pauvreté"), 1 + 1),
        (Filtre(texte="1 088"), 1),
        (Filtre(texte="'; DROP TABLE territoires; --"), 0),
    ],
)
def test_chaque_filtre(petite, filtre, attendu):
    assert len(chercher_observations(petite, filtre)) == attendu
    assert compter(petite, filtre)["total"]["filtre"] == attendu


def test_le_decompte_d_une_facette_suit_les_autres_filtres_pas_le_sien(petite):
    comptes = compter(petite, Filtre(theme=("population",), maille=("epci",)))
    assert comptes["theme"] == {"revenus": 1, "population": 1}
    assert comptes["maille"] == {"quartier": 3, "epci": 1}
    assert comptes["statut"] == {"exact": 1}


@pytest.mark.parametrize("filtre", [Filtre(), PARCOURS, Filtre(texte="emploi", statut=("intervalle", "au_moins"))])
def test_chaque_decompte_est_ce_que_l_on_obtient_en_choisissant(trois, filtre):
    comptes = compter(trois, filtre)
    for facette in FACETTES:
        for valeur, attendu in list(comptes[facette].items())[:4]:
            choisi = replace(filtre, **{facette: (valeur,)})
            assert len(chercher_observations(trois, choisi)) == attendu, (facette, valeur)


def test_les_options_couvrent_toute_la_base(trois):
    options, comptes = options_de(trois), compter(trois, Filtre())
    for facette in FACETTES:
        assert set(options[facette]) == set(comptes[facette])


def test_le_parcours_de_l_evaluateur(trois):
    trouvee = faire(trois, PARCOURS)
    assert {li.territoire.territoire for li in trouvee.lignes} == {"QP059058", "QP059059"}
    assert all(li.chiffre.douteuse and li.indicateur.theme == "emploi" for li in trouvee.lignes)
    assert "Fiabilité\u00a0: douteuse" in annonce(trouvee, 2445)


def test_un_quartier_a_cheval_compte_dans_ses_deux_agglomerations(trois):
    secondaires = trois._toutes("SELECT territoire, parent FROM appartenances WHERE nature = 'contrat_secondaire'")
    assert secondaires
    for territoire, parent in secondaires:
        trouves = {o.territoire for o in chercher_observations(trois, Filtre(agglomeration=(parent,)))}
        connus = trois.nombres_de_chiffres()
        assert territoire in trouves or territoire not in connus
        assert parents(trois, [territoire], Maille.EPCI)[territoire] != parent


def test_rien_ne_passe_dit_quel_filtre_retirer(petite):
    filtre = Filtre(theme=("population",), fiabilite=("douteuse",))
    gains = elargissements(filtre, compter(petite, filtre))
    assert [(nom, n) for nom, _, n in gains] == [("Fiabilité", 4), ("Thème", 1)]
    assert gains[0][1] == Filtre(theme=("population",))


# --- comparaison -----------------------------------------------------------------------------------------------------


def test_la_comparaison_en_colonnes(petite):
    trouvee = faire(petite, Filtre(indicateur=("taux_pauvrete",)))
    ligne = une(trouvee, "QP001001")
    assert ligne.comparaison.ecart == pytest.approx(46.7 - 18.8)
    assert exports.ecart_ecrit(ligne) == "27,9\u00a0points de plus"
    assert motif(une(trouvee, "QP001003")) == "chiffre couvert par le secret statistique"
    assert motif(une(trouvee, "QN00101M")) == "années différentes"
    assert une(trouvee, "EPCI200000001").comparaison is None
    assert motif(une(trouvee, "EPCI200000001")) == "pas d’agglomération au-dessus de ce territoire"


def test_une_reference_sans_chiffre_a_un_motif(petite):
    trouvee = faire(petite, Filtre(indicateur=("taux_pauvrete",)), Niveau.DEPARTEMENT)
    assert motif(une(trouvee, "QP001001")) == "référence non disponible"
    assert all(motif(li) or li.comparaison.ecart_min is not None for li in trouvee.lignes)


@pytest.mark.parametrize("niveau", list(Niveau))
def test_jamais_de_ligne_sans_verdict_ni_motif(trois, niveau):
    for ligne in faire(trois, Filtre(theme=("emploi", "revenus")), niveau).lignes:
        if niveau is Niveau.AUCUNE:
            assert ligne.comparaison is None and not motif(ligne)
        else:
            assert motif(ligne) or exports.ecart_ecrit(ligne)


# --- fichiers --------------------------------------------------------------------------------------------------------


def test_csv_se_rouvre_comme_a_l_ecran(petite):
    trouvee = faire(petite)
    octets = exports.csv_observations(trouvee, petite.catalogue)
    assert octets.startswith(b"\xef\xbb\xbf")
    lignes = lire_csv(octets)
    assert [li["chiffre"] for li in lignes] == [exports.chiffre_ecrit(li) for li in trouvee.lignes]
    par_cle = {(li["code"], li["code_indicateur"], li["code_source"]): li for li in lignes}
    assert par_cle["QP001001", "taux_pauvrete", "insee"]["valeur"] == "46,7"
    assert par_cle["QP001001", "taux_pauvrete", "insee"]["ecart"] == "27,9"
    assert par_cle["QP001002", "population", "insee"]["valeur"] == "0"
    secret = par_cle["QP001003", "taux_pauvrete", "insee"]
    assert (secret["valeur"], secret["ecart"], secret["statut"]) == ("", "", "secret statistique")


def test_parquet_est_type_et_porte_sa_demande(petite):
    trouvee = faire(petite, Filtre(maille=("quartier",)))
    table = pq.read_table(io.BytesIO(exports.parquet_observations(trouvee, petite.catalogue, "http://ici/explorer")))
    assert table.num_rows == trouvee.total == 8
    assert str(table.schema.field("valeur").type) == "double"
    assert str(table.schema.field("annee").type) == "int32"
    assert "Maille : quartier" in table.schema.metadata[b"filtres"].decode()
    valeurs = dict(zip(table["statut"].to_pylist(), table["valeur"].to_pylist(), strict=True))
    assert valeurs["secret statistique"] is None and valeurs["intervalle"] is None


def test_classeur_se_rouvre(trois):
    trouvee = faire(trois, PARCOURS)
    octets = exports.classeur_observations(trouvee, trois.catalogue, "http://ici/explorer?theme=emploi")
    classeur = openpyxl.load_workbook(io.BytesIO(octets))
    assert classeur.sheetnames == ["Lisez-moi", "Observations", "Définitions", "Sources"]
    accueil = {a.value: b.value for a, b in classeur["Lisez-moi"].iter_rows(max_col=2)}
    assert exports.TITRE in accueil
    assert accueil["Filtre : Fiabilité"] == "douteuse"
    assert accueil["Adresse de ce filtre"] == "http://ici/explorer?theme=emploi"
    entete, *lignes = classeur["Observations"].iter_rows(values_only=True)
    assert [ligne[entete.index("chiffre")] for ligne in lignes] == [exports.chiffre_ecrit(li) for li in trouvee.lignes]
    assert [ligne[entete.index("valeur")] for ligne in lignes] == [li.chiffre.valeur for li in trouvee.lignes]
    codes = {ligne[1] for ligne in classeur["Définitions"].iter_rows(min_row=2, values_only=True)}
    assert codes == {li.indicateur.indicateur for li in trouvee.lignes}
    sources = {ligne[0] for ligne in classeur["Sources"].iter_rows(min_row=2, values_only=True)}
    assert sources == {s.source for s in exports.sources_citees(trouvee, trois.catalogue)}


@pytest.mark.parametrize("piege", ['=HYPERLINK("http://mal","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "{=1}"])
def test_rien_ne_part_comme_une_formule(petite, piege):
    trouvee = faire(petite, Filtre(fiabilite=("douteuse",)))
    (ligne,) = trouvee.lignes
    minee = replace(ligne, chiffre=ligne.chiffre._replace(note=piege, passage=piege))
    trouvee = replace(trouvee, lignes=(minee,))
    (relue,) = lire_csv(exports.csv_observations(trouvee, petite.catalogue))
    assert relue["note"][0] not in "=+-@\t\r"
    classeur = openpyxl.load_workbook(io.BytesIO(exports.classeur_observations(trouvee, petite.catalogue, "=1")))
    cellules = [c for feuille in classeur for rangee in feuille.iter_rows() for c in rangee if c.value is not None]
    assert not [c.coordinate for c in cellules if c.data_type == "f" or c.hyperlink]
    note = next(c for c in classeur["Observations"][2] if c.value == piege)
    assert note.quotePrefix or piege.startswith("{")


def test_un_code_garde_ses_zeros(petite):
    trouvee = faire(petite, Filtre(maille=("epci",)), Niveau.AUCUNE)
    classeur = openpyxl.load_workbook(io.BytesIO(exports.classeur_observations(trouvee, petite.catalogue, "")))
    entete, premiere, *_ = classeur["Observations"].iter_rows()
    noms = [c.value for c in entete]
    assert premiere[noms.index("code")].data_type == "s"
    assert premiere[noms.index("valeur")].data_type == "n"


def test_un_export_sans_ligne_reste_lisible(petite):
    vide = faire(petite, Filtre(texte="introuvable"))
    assert vide.total == 0
    assert lire_csv(exports.csv_observations(vide, petite.catalogue)) == []
    classeur = openpyxl.load_workbook(io.BytesIO(exports.classeur_observations(vide, petite.catalogue, "")))
    assert classeur["Observations"].max_row == 1


# --- l'écran ---------------------------------------------------------------------------------------------------------


ouvrir = partial(ecrans.ouvrir, "explorer")


def liste(essai: AppTest, libelle: str) -> Multiselect:
    return next(choix for choix in essai.multiselect if choix.label == libelle)


def test_le_parcours_depuis_l_adresse(vraie):
    adresse = {"theme": "emploi", "type": "QPV", "perimetre": "2015", "agglomeration": "EPCI200042190"}
    essai = ouvrir(**adresse, fiabilite="douteuse")
    assert list(essai.dataframe[0].value["Territoire"]) == ["Arenberg", "Elnon"]
    assert "2 observations sur" in texte(essai)
    assert "QP Wallers, Bellaing, Raismes - Arenberg | 198" in texte(essai)
    toutes = chercher_observations(vraie, Filtre(**{nom: (code,) for nom, code in adresse.items()}))
    sures = sum(o.fiabilite is Fiabilite.SURE for o in toutes)
    assert liste(essai, "Fiabilité").options == [f"sûre\u00a0· {nombre(sures)}", "douteuse\u00a0· 2"]
    essai.number_input(key="choix_ligne").set_value(2).run()
    assert essai.query_params["ligne"].startswith("QP059058~")
    assert "Ne découle pas des autres cases" in texte(essai)


def test_un_filtre_change_l_adresse_et_les_decomptes():
    essai = ouvrir(theme="emploi")
    avant = liste(essai, "Source").options
    liste(essai, "Fiabilité").select("douteuse").run()
    assert not essai.exception
    assert essai.query_params["fiabilite"] == "douteuse"
    assert liste(essai, "Source").options != avant
    essai.button[0].click().run()
    assert "theme" not in essai.query_params and "fiabilite" not in essai.query_params
    assert "sans filtre" in texte(essai)


def test_des_filtres_enchaines_gardent_des_codes_dans_l_adresse():
    essai = ouvrir(theme="emploi")
    for libelle, code in (("Fiabilité", "sure"), ("Périmètre des quartiers", "2015"), ("Type de quartier", "QPV")):
        liste(essai, libelle).select(code).run()
    attendus = {"theme": "emploi", "fiabilite": "sure", "perimetre": "2015", "type": "QPV"}
    assert {nom: essai.query_params[nom] for nom in attendus} == attendus


def test_la_cle_d_une_liste_suit_ses_decomptes():
    essai = ouvrir(theme="emploi")
    tenue, autre = liste(essai, "Fiabilité").key, liste(essai, "Thème").key
    liste(essai, "Fiabilité").select("sure").run()
    assert liste(essai, "Fiabilité").key == tenue
    assert liste(essai, "Thème").key != autre


def test_rien_ne_passe_propose_d_elargir():
    essai = ouvrir(theme="emploi", type="QIC", perimetre="2024")
    assert "Aucune observation ne passe tous ces filtres" in texte(essai)
    assert "Retirer « Thème »" in texte(essai)
    assert not essai.dataframe


def test_des_parametres_absurdes_laissent_les_defauts():
    essai = ouvrir(theme="x,y", date="abc", face="lune", ligne="<script>", agglomeration="'; DROP TABLE x")
    assert "sans filtre" in texte(essai)
    assert essai.selectbox(key="choix_face").value == "agglomeration"


def test_un_texte_cherche_est_montre_tel_quel_et_inoffensif():
    essai = ouvrir(texte="<img src=x onerror=alert(1)>")
    assert not any("<img" in bloc.value for bloc in essai.markdown)


def test_le_tableau_simple_porte_les_memes_chiffres():
    essai = ouvrir(theme="emploi", agglomeration="EPCI200042190", indicateur="taux_emploi_15_64", type="QPV")
    simple = next(bloc.value for bloc in essai.markdown if "<table" in bloc.value)
    for chiffre in essai.dataframe[0].value["Chiffre"].head(13):
        assert chiffre in simple


@pytest.mark.parametrize(
    "filtre",
    [
        Filtre(),
        Filtre(maille=("quartier",), date=("2018", "ed2022")),
        Filtre(theme=("revenus",), fiabilite=("douteuse",)),
        Filtre(indicateur=("taux_pauvrete",), statut=("exact", "secret"), perimetre=("2015",)),
    ],
)
def test_une_grande_base_compte_pareil_sans_relire_ses_observations(trois, monkeypatch, filtre):
    petits = compter(trois, filtre)
    monkeypatch.setattr("indicators.base.exploration.GRANDE", 0)
    grands = compter(trois, filtre)
    del petits["agglomeration"]  # une grande base ne la compte pas
    assert grands == petits
    assert petits["total"]["filtre"] > 0
    assert len(chercher_observations(trois, filtre)) == min(petits["total"]["filtre"], PLAFOND)


def test_une_grande_base_filtre_une_agglomeration_comme_une_petite(trois, monkeypatch):
    filtre = Filtre(agglomeration=("EPCI200042190",), theme=("emploi",))
    petits, lues = compter(trois, filtre), chercher_observations(trois, filtre)
    monkeypatch.setattr("indicators.base.exploration.GRANDE", 0)
    grands = compter(trois, filtre)
    assert set(map(repr, chercher_observations(trois, filtre))) == set(map(repr, lues))
    assert grands["total"]["filtre"] == petits["total"]["filtre"] == len(lues) > 0
    assert "EPCI200042190" in options_de(trois)["agglomeration"]


def test_dans_une_grande_base_le_texte_nomme_un_territoire_ou_un_indicateur(trois, monkeypatch):
    monkeypatch.setattr("indicators.base.exploration.GRANDE", 0)
    houdain = chercher_observations(trois, Filtre(texte="houdain"))
    assert {t.territoire for t in trois.chercher("houdain", 50)} >= {o.territoire for o in houdain}
    assert compter(trois, Filtre(texte="houdain"))["total"]["filtre"] == len(houdain) > 0
    pauvrete = chercher_observations(trois, Filtre(texte="taux de pauvreté"))
    assert {o.indicateur for o in pauvrete} >= {"taux_pauvrete"}
    assert compter(trois, Filtre(texte="taux de pauvreté"))["total"]["filtre"] == len(pauvrete) > 0
    assert chercher_observations(trois, Filtre(texte="zzzz")) == []
    assert compter(trois, Filtre(texte="zzzz"))["total"]["filtre"] == 0
