"""Les données embarquées : relues dans leurs documents, recalculées, et fidèles à leurs pièges."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.base.methode import territoires_par_indicateur
from indicators.donnees.controles import calcul as controles_calcul
from indicators.donnees.controles import structure as controles
from indicators.donnees.controles.calcul import calculs
from indicators.donnees.controles.structure import DOSSIER_PARTAGE
from indicators.donnees.couverture import couvrir
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.lignes import Donnees
from indicators.socle.catalogue import Catalogue, Sens
from indicators.socle.erreurs import Constat
from indicators.socle.observations import Statut, declinaison
from indicators.socle.territoires import Maille

HAINAUT_2015 = [f"QP0590{n}" for n in (21, 22, 30, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59)]


@pytest.fixture(scope="module")
def donnees() -> Donnees:
    return lire_donnees(DOSSIER_DONNEES)


def liste(constats: list[Constat]) -> str:
    return "\n".join(map(str, constats))


def test_la_structure_tient(donnees):
    assert donnees.constats == [], liste(donnees.constats)
    constats = controles.verifier_structure(donnees)
    assert constats == [], liste(constats)


def test_chaque_valeur_est_dans_son_passage_et_chaque_passage_dans_son_document(donnees):
    constats = controles.verifier_transcription(donnees)
    assert constats == [], liste(constats)


@pytest.mark.skipif(not DOSSIER_PARTAGE.exists(), reason="les documents sources (../shared) ne sont pas sur la machine")
def test_tous_les_documents_cites_ont_ete_relus(donnees):
    presents = controles.documents_presents(donnees)
    assert presents[True] >= 7
    assert presents[False] == 0


def test_l_arithmetique_tombe_juste_ou_la_faute_du_document_est_marquee(donnees):
    constats = [c for c in controles_calcul.verifier_arithmetique(donnees) if c.gravite != "document"]
    assert constats == [], liste(constats)
    assert controles_calcul.nombre_de_calculs(donnees) > 400


def test_toutes_les_phrases_lecture_sont_verifiees(donnees):
    dites = [c for c in calculs(donnees) if "Lecture" in c.message]
    assert len(dites) == len(donnees["lectures"]) >= 24
    assert all(calcul.juste for calcul in dites)


def test_les_tris_annonces_sont_verifies(donnees):
    tries = Counter(
        c.message.split(" dans ")[1].split(" ")[0] for c in calculs(donnees) if "tri décroissant" in c.message
    )
    assert set(tries) == {tri["source"] for tri in donnees["tris"]} and len(tries) >= 12
    assert all(n >= 9 for n in tries.values())


def test_un_calcul_faux_et_non_marque_est_vu(copie_des_donnees):
    chemin = copie_des_donnees / "observations" / "002_compas.csv"
    texte = chemin.read_text("utf-8-sig")
    ligne = next(li for li in texte.splitlines() if li.startswith("QP059050;part_etrangers;"))
    chemin.write_text(texte.replace(ligne, ligne.replace(";9,3;", ";3,9;", 1)), "utf-8-sig")
    donnees = lire_donnees(copie_des_donnees)
    calcul = [c for c in controles_calcul.verifier_arithmetique(donnees) if c.gravite == "a_verifier"]
    assert any("part_etrangers de QP059050 : 3,9 imprimé, 9,30" in str(c) for c in calcul)
    assert any("3,9 ne se lit pas dans « 9,3 »" in str(c) for c in controles.verifier_transcription(donnees))


def test_aucune_donnee_personnelle():
    motif = re.compile(r"[\w.]+@[\w-]+\.(fr|com|org)|\b0[1-9]([ .]\d{2}){4}\b|\b(Mme|Monsieur|Madame) [A-Z]")
    for chemin in DOSSIER_DONNEES.rglob("*.csv"):
        for numero, ligne in enumerate(chemin.read_text("utf-8-sig").splitlines(), 1):
            assert not motif.search(ligne), f"{chemin.name}, ligne {numero}"


# --- le catalogue, un indicateur à la fois -------------------------------------------------------------------

CATALOGUE = lire_donnees(DOSSIER_DONNEES, nationales=False)["indicateurs"]


@pytest.mark.parametrize("ligne", CATALOGUE, ids=lambda ligne: ligne["indicateur"])
def test_chaque_indicateur_du_catalogue(ligne, vraie):
    code = ligne["indicateur"]
    assert re.fullmatch(r"[a-z][a-z0-9_]*(:[a-z][a-z_]*)?", code)
    assert ligne["definition"].endswith((".", "»", ")")), "une définition est une phrase"
    assert "'" not in ligne["libelle"] + ligne["libelle_court"] + ligne["definition"], "apostrophe typographique"
    observes = territoires_par_indicateur(vraie)
    assert code in observes or code in {declinaison(c)[0] for c in observes}, "défini mais jamais observé"
    variation = ligne["evolution_de"] or "_evolution" in code
    if ligne["unite"] == "%" and not variation:
        # Une part d'un revenu net d'impôts peut dépasser 100, et celle des impôts est négative.
        nette = "impôts compris (négatifs)" in ligne["precautions"]
        assert (ligne["mini"], ligne["maxi"]) == (0, 100) or nette
    if ligne["sens"] != Sens.NEUTRE and not variation:
        assert ligne["bande_proche"] is not None, "un indicateur jugé a une bande de proximité"


def test_les_chiffres_cles_et_les_libelles(vraie):
    catalogue: Catalogue = vraie.catalogue
    premiers = [famille.pour(Maille.QUARTIER)[0].indicateur for famille in catalogue.familles]
    assert premiers == [
        "taux_pauvrete", "taux_emploi_15_64", "ips_etablissements", "part_neet_16_25", "part_parc_social",
    ]  # fmt: skip
    assert all(famille.pour(maille) for famille in catalogue.familles for maille in Maille)
    courts = Counter(i.libelle_court for i in catalogue.indicateurs.values() if not i.evolution_de)
    assert [court for court, n in courts.items() if n > 1] == []
    for indicateur in catalogue.indicateurs.values():
        for voisin in indicateur.voisins:
            assert indicateur.indicateur in catalogue.indicateurs[voisin].voisins, (indicateur.indicateur, voisin)


# --- les pièges des documents --------------------------------------------------------------------------------


def seul(base: Base, territoire: str, indicateur: str, **criteres: object):
    trouves = [
        o
        for o in base.observations([territoire], [indicateur])
        if all(getattr(o, nom) == valeur for nom, valeur in criteres.items())
    ]
    assert len(trouves) == 1, trouves
    return trouves[0]


def test_defm_2021_quatre_titres_pour_cinq_colonnes(vraie):
    lus = [
        seul(vraie, "QP059050", f"part_defm_{c}").valeur
        for c in ("femmes", "moins_26", "etrangers", "bac2", "plus_2_ans")
    ]
    assert lus == [44.7, 21.1, 10.2, 9.9, 32.6]


@pytest.mark.parametrize("code", HAINAUT_2015)
def test_chaque_quartier_du_compas_est_reconnu_sous_toutes_ses_orthographes(vraie, code):
    tableaux = {o.source for o in vraie.observations([code]) if o.source.startswith("compas")}
    assert len(tableaux) >= 12


def test_population_du_compas_en_13_quartiers(vraie):
    compas = {"annee": 2018, "source": "compas_2023_population"}
    quartiers = [seul(vraie, code, "population", **compas).valeur for code in HAINAUT_2015]
    assert sum(quartiers) == 45519 == seul(vraie, "QPV-EPCI200042190", "population", annee=2018).valeur


def test_douze_quartiers_annonces_treize_lignes_et_leur_total(vraie):
    codes = [t.territoire for t in vraie.fiche("QPV2024-EPCI200042190").quartiers]
    assert len(codes) == 13
    assert sum(seul(vraie, code, "population").valeur for code in codes) == 32305


def test_les_deux_perimetres_d_un_meme_nom_ne_se_melangent_pas(vraie):
    assert seul(vraie, "QP059053", "population", annee=2018, source="compas_2023_population").valeur == 1226
    assert seul(vraie, "QN05953M", "population").valeur == 1134


def test_seuil_et_changement_ne_se_confondent_pas(vraie):
    oiseaux = seul(vraie, "QIC-HAILLICOURT-OISEAUX", "taux_pauvrete")
    assert (oiseaux.statut, oiseaux.borne_inf, oiseaux.valeur) == (Statut.AU_MOINS, 30, None)
    hausse = seul(vraie, "QP062017", "population_evolution", source="convention_houdain_2024")
    assert (hausse.valeur, hausse.annee_debut, hausse.statut) == (400, 2015, Statut.EXACT)
    population = seul(vraie, "QP062017", "population", source="convention_houdain_2024")
    assert (population.valeur, population.statut) == (3000, Statut.ENVIRON)


def test_l_edition_n_est_pas_l_annee(vraie):
    pauvrete = seul(vraie, "QP062011", "taux_pauvrete", source="convention_haillicourt_2024")
    assert (pauvrete.annee, pauvrete.millesime) == (2018, 2022)
    emploi = seul(vraie, "QP062011", "taux_emploi_15_64", source="convention_haillicourt_2024")
    assert (emploi.annee, emploi.millesime) == (None, 2022)


@pytest.mark.parametrize(
    ("territoire", "indicateur", "debut", "valeur"),
    [
        ("QP062017", "taux_pauvrete", None, 39.3),
        ("QP059059", "nb_etrangers_evolution_pct", 2011, -37.6),
        ("QP059057", "nb_etrangers_evolution_pct", 2011, -6.7),
        ("EPCI200042190", "nb_allocataires_minima_evolution_pct", 2016, 197.6),
        ("EPCI200042190", "idt", None, -202),
        ("EPCI200042190", "part_defm_moins_26", None, 33.6),
        ("QPV-EPCI200042190", "nb_moins_20", None, 14420),
    ],
)
def test_un_chiffre_impossible_est_garde_comme_imprime_et_marque(vraie, territoire, indicateur, debut, valeur):
    reprises = ("panel_", "terribot_")  # ni un producteur, ni un document imprimé
    lues = vraie.observations([territoire], [indicateur])
    imprimees = [o for o in lues if o.rang > 1 and not o.source.startswith(reprises)]
    trouves = [o for o in imprimees if (o.valeur, o.annee_debut) == (valeur, debut)]
    assert trouves
    assert all(o.douteuse and o.note for o in trouves)


def test_le_chiffre_imprime_et_celui_de_l_insee_sont_tous_deux_la(vraie):
    """Les conventions impriment 39,3 % en 2018 ; l'Insee donne 43,3 % en 2018 et 39,3 % en 2019."""
    chiffres = vraie.observations(["QP062017"], ["taux_pauvrete"])
    insee = {o.annee: o.valeur for o in chiffres if o.rang == 1}
    assert insee == {2013: 43.8, 2015: 43.9, 2016: 45.9, 2017: 42.0, 2018: 43.3, 2019: 39.3}
    ligne = next(li for li in dresser(vraie, "QP062017").tete if li.indicateur.indicateur == "taux_pauvrete")
    assert (ligne.chiffre.valeur, ligne.chiffre.annee) == (41.0, 2021)
    assert {(bonne.valeur, autre.valeur) for bonne, autre in ligne.recoupements} == {(43.3, 39.3)}


def test_un_zero_imprime_est_un_zero_et_un_nd_un_vide(vraie):
    assert seul(vraie, "QP059053", "ecart_scolarisation_filles_garcons").valeur == 0
    etrangers = seul(vraie, "QP059055", "nb_etrangers")
    assert (etrangers.statut, etrangers.valeur) == (Statut.NON_DISPONIBLE, None)
    veille = seul(vraie, "VEILLE-SAINT-AMAND-LES-EAUX", "population")
    assert (veille.statut, veille.imprime) == (Statut.NON_DISPONIBLE, "???")


def test_neet_15_24_et_16_25_restent_deux_indicateurs(vraie):
    assert "part_neet_16_25" not in {o.indicateur for o in vraie.observations(["REG32"])}
    assert seul(vraie, "REG32", "part_neet_15_24", annee=2018).valeur == 20.2


def test_lens_lievin_les_21_quartiers_de_son_contrat_et_leur_total(vraie):
    """La Plaine du 7, à cheval, est du contrat d'Hénin-Carvin : son agglomération n'est pas celle-ci."""
    quartiers = [t for t in vraie.fiche("EPCI246200364").quartiers if t.geographie == 2015 and t.statut == "QPV"]
    siennes = {t.territoire: vraie.fiche(t.territoire).agglomeration.territoire for t in quartiers}
    codes = [code for code, agglomeration in siennes.items() if agglomeration == "EPCI246200364"]
    assert len(codes) == 21
    somme = sum(seul(vraie, code, "population_fiscale").valeur for code in codes)
    assert somme == 56049 == seul(vraie, "QPV-EPCI246200364", "population_fiscale", annee=2011).valeur
    assert seul(vraie, "QP062025", "revenu_fiscal_median").valeur == 7100


# --- les 21 fiches, le logement, les projets, les engagements, l'évaluation ------------------------------------


def test_les_vingt_et_une_fiches_ont_leur_table_des_ages_exacte(donnees):
    totaux = {o["territoire"] for o in donnees["observations"] if o["indicateur"] == "population_carroyage"}
    assert len(totaux) == 21
    verifiees = [c for c in calculs(donnees) if c.ligne["indicateur"] == "population_carroyage"]
    assert len(verifiees) == 21
    assert all(calcul.juste and len(calcul.avec) == 9 for calcul in verifiees)


def test_les_classes_du_kit_cget_sont_des_intervalles_et_le_zero_de_la_petite_enfance_un_zero(vraie):
    hlm = seul(vraie, "QP062002", "part_logements_hlm")
    assert (hlm.statut, hlm.borne_inf, hlm.borne_sup) == (Statut.INTERVALLE, 0, 25)
    enfance = next(o for o in vraie.observations(["QP062002"]) if "petite_enfance" in o.indicateur)
    assert (enfance.statut, enfance.valeur) == (Statut.EXACT, 0)
    assert "interprétation" in enfance.note or "10000" in enfance.note


def test_une_fiche_incomplete_le_reste(donnees):
    manquantes = Counter(ligne["territoire"] for ligne in donnees["absences"])
    assert {"QP062021", "QP062031", "QP062032", "QP062035", "QP062047"} <= set(manquantes)
    presentes = {(o["territoire"], o["indicateur"]) for o in donnees["observations"]}
    assert not [a for a in donnees["absences"] if (a["territoire"], a["indicateur"]) in presentes]


@pytest.mark.parametrize(
    ("total", "par_quartier", "par_commune"),
    [
        (6307, "nb_logements_bailleur", "nb_logements_bailleur_qpv"),
        (7293, "nb_logements_bailleur_300m", "nb_logements_bailleur_qpv_300m"),
    ],
)
def test_les_totaux_de_pas_de_calais_habitat(donnees, total, par_quartier, par_commune):
    def valeurs(indicateur: str, motif: str) -> list[float]:
        return [
            o["valeur"]
            for o in donnees["observations"]
            if o["indicateur"] == f"{indicateur}:pas_de_calais_habitat"
            and o["valeur"] is not None
            and re.fullmatch(motif, o["territoire"])
        ]

    assert valeurs(par_quartier, "QPV-EPCI246200364") == [total]
    assert sum(valeurs(par_quartier, r"QP\d+")) == total
    assert sum(valeurs(par_commune, r"COM\d+")) == total


def test_un_meme_quartier_garde_les_mots_de_chaque_commune(donnees):
    houdain = {e["commune"] for e in donnees["projets"] if e["territoire"] == "QN06217M" and e["nature"] == "irritant"}
    assert houdain == {"COM62457", "COM62400"}


@pytest.mark.parametrize("nature", ["irritant", "opportunite", "enjeu", "objectif_operationnel", "atout", "faiblesse"])
def test_chaque_nature_d_element_de_projet_existe(donnees, nature):
    assert sum(e["nature"] == nature for e in donnees["projets"]) >= 10


def test_les_engagements_de_l_etat_ont_cible_echeance_et_operateur(donnees):
    etat = [e for e in donnees["engagements"] if e["id"].startswith("etat59")]
    assert len(etat) >= 60
    assert sum(e["cible"] is not None for e in etat) >= 20
    assert all(e["indicateur"] or e["raison_non_mesurable"] for e in donnees["engagements"])
    assert all(e["note"] for e in donnees["engagements"] if e["statut_lecture"] == "abimee")


def test_les_quatorze_indicateurs_et_les_quatorze_dispositifs_de_lens_lievin(donnees):
    identifiants = [e["id"] for e in donnees["evaluation_indicateurs"]]
    assert sum(i.startswith("call-pre-") for i in identifiants) == 14
    assert sum(i.startswith("call-disp-") for i in identifiants) == 14
    for ligne in donnees["evaluation_indicateurs"]:
        if ligne["mesurable"] == "non":
            assert ligne["raison"], "dire pourquoi la base ne peut pas répondre"
        else:
            assert ligne["indicateur"], "dire quel indicateur répond"


def test_l_arbre_d_evaluation_tient_par_ses_parents(donnees):
    niveaux = Counter(ligne["niveau"] for ligne in donnees["evaluation_arbre"])
    assert (niveaux["enjeu"], niveaux["axe"], niveaux["objectif"]) == (4, 12, 34)
    assert all(ligne["parent"] for ligne in donnees["evaluation_arbre"] if ligne["niveau"] != "enjeu")


def test_les_neuf_themes_du_barometre_et_les_six_orientations(donnees):
    assert [b["ordre"] for b in donnees["barometre"]] == list(range(1, 10))
    assert sum(o["type"] == "orientation" for o in donnees["orientations"]) == 6


def test_toute_ligne_chiffree_des_documents_est_lue_ou_ecartee_avec_sa_raison(donnees):
    sections = couvrir(donnees, DOSSIER_PARTAGE)
    assert len({s.document for s in sections}) == 5
    for section in sections:
        assert not section.inexpliquees, (section.document, section.titre, section.inexpliquees)
        assert all(ecarte["raison"] for ecarte in section.ecartes)
    assert sum(s.chiffres for s in sections) > 2000


def test_les_sections_couvrent_chaque_document_sans_trou(donnees):
    par_document: dict[str, list] = {}
    for section in couvrir(donnees, DOSSIER_PARTAGE):
        par_document.setdefault(section.document, []).append(section)
    for document, sections in par_document.items():
        assert sections[0].ligne_debut == 1, document
        for avant, apres in pairwise(sections):
            assert apres.ligne_debut == avant.ligne_fin + 1, (document, apres.titre)


def test_une_ligne_chiffree_oubliee_est_vue(donnees, copie_des_donnees):
    chemin = copie_des_donnees / "observations" / "003_verquin.csv"
    lignes = chemin.read_text("utf-8-sig").splitlines()
    chemin.write_text("\n".join(li for li in lignes if ";54;" not in li) + "\n", "utf-8-sig")
    if not DOSSIER_PARTAGE.exists():
        pytest.skip("les documents sources (../shared) ne sont pas sur la machine")
    oubliees = [n for s in couvrir(lire_donnees(copie_des_donnees), DOSSIER_PARTAGE) for n in s.inexpliquees or []]
    assert oubliees == [54]


def test_les_parties_de_quartier_ne_sont_pas_des_quartiers(vraie):
    partie = next(t for t in vraie.territoires() if t.statut == "partie de quartier")
    assert partie not in vraie.fiche("EPCI246200364").quartiers
    entier = partie.territoire.partition("-")[0]
    assert partie in vraie.fiche(entier).quartiers
    assert partie not in vraie.semblables(vraie.territoire(entier))
