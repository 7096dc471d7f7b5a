"""Sources et méthode : les comptes, les règles écrites et l'écran."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import ecrans
import pytest
from ecrans import avis, texte
from unites import UNITES

from indicators.analyse.comparaison import Comparaison, Motif, Position, comparer
from indicators.base import methode as questions
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.donnees.couverture import couvrir
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.schema import FICHIERS
from indicators.recit import methode, phrases
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.methode import Compte, Passage
from indicators.socle.observations import Statut
from pages.vues.sources import blocs as methode_vue

RUBRIQUES = ("indicateurs", "sources", "douteux", "absences", "couverture", "regles", "glossaire", "journal")


ouvrir = partial(ecrans.ouvrir, "sources")


# --- les comptes ---------------------------------------------------------------------------------------------


def test_ou_existe_un_indicateur_secret_et_intervalle_comptes_a_part(petite: Base):
    trouvees = {(p.famille, p.annee): (p.connus, p.sans_valeur) for p in questions.presences(petite, "taux_pauvrete")}
    assert trouvees == {
        ("QPV, périmètre 2015", 2018): (2, 1),
        ("QPV, périmètre 2024", 2021): (1, 0),
        ("agglomération", 2018): (1, 0),
        ("région", 2020): (1, 0),
    }


def test_un_zero_est_un_chiffre_connu(petite: Base):
    quartiers = next(p for p in questions.presences(petite, "population") if p.statut == "QPV")
    assert (quartiers.connus, quartiers.sans_valeur) == (1 + 1 + 1, 0)


def test_comptes_par_source_et_par_indicateur(petite: Base):
    assert questions.comptes(petite) == {"insee": Compte(6 + 4), "convention": Compte(1, 1)}
    assert questions.comptes(petite, "population") == {"insee": Compte(4)}
    assert questions.territoires_par_indicateur(petite) == {"taux_pauvrete": 5, "population": 4}


def test_les_douteux_d_une_agglomeration_comprennent_ses_quartiers(petite: Base):
    (douteux,) = questions.douteuses(petite, "EPCI200000001")
    assert (douteux.territoire, douteux.valeur, douteux.note) == ("QP001001", 39.3, "contredit par l’Insee")
    assert questions.douteuses(petite, "COM01004") == [douteux]
    assert questions.douteuses(petite, "QP001002") == []


def test_les_agglomerations_se_partagent_les_douteux(vraie: Base):
    tous = questions.douteuses(vraie)
    assert all(o.douteuse and o.note for o in tous)
    for agglomeration in vraie.agglomerations():
        siens = questions.douteuses(vraie, agglomeration.territoire)
        assert questions.combien_de_douteuses(vraie, agglomeration.territoire) == len(siens) < len(tous)
        assert all(o in tous for o in siens)
    assert questions.combien_de_douteuses(vraie) == len(tous)


def test_une_liste_coupee_dit_combien_il_y_en_a(vraie: Base):
    pauvrete = {"indicateur": "taux_pauvrete"}
    siens = questions.douteuses(vraie, **pauvrete)
    assert questions.combien_de_douteuses(vraie, **pauvrete) == len(siens) > 2
    lieux = {o.territoire: vraie.territoire(o.territoire) for o in siens}
    entiere, coupee = (
        methode_vue.douteuses(chiffres, len(siens), vraie.catalogue, lieux, {}) for chiffres in (siens, siens[:2])
    )
    assert "premiers" not in entiere
    assert f"Les 2 premiers, sur {len(siens)}." in coupee


def test_la_couverture_est_celle_du_rapport(vraie: Base):
    """La base et les CSV doivent donner, section par section, les mêmes comptes."""
    attendues = [
        (s.ligne_debut, s.titre, s.chiffres, s.douteux, s.sans_valeur, s.faits, len(s.ecartes))
        for s in couvrir(lire_donnees(DOSSIER_DONNEES), Path("dossier-absent"))
    ]
    lues = [
        (s.ligne_debut, s.titre, s.compte.chiffres, s.compte.douteux, s.sans_valeur, s.compte.faits, len(s.ecartes))
        for s in questions.sections(vraie)
    ]
    assert sorted(lues) == sorted(attendues)


def test_absences_et_statuts(petite: Base, vraie: Base):
    assert questions.absences(petite) == []
    assert questions.statuts(petite) == {
        Statut.EXACT: 8, Statut.INTERVALLE: 1, Statut.SECRET: 1, Statut.AU_MOINS: 1,
    }  # fmt: skip
    for territoire, motif, indicateurs in questions.absences(vraie):
        assert vraie.territoire(territoire) and motif
        assert all(i in vraie.catalogue.indicateurs for i in indicateurs)


def test_le_glossaire_s_il_est_dans_la_base(vraie: Base):
    lignes = (DOSSIER_DONNEES / "glossaire.csv").read_text("utf-8-sig").splitlines()
    termes = [ligne.split(";")[0] for ligne in lignes[1:]]
    assert len(termes) == len(set(termes))
    for attendu in ("QPV", "QIC", "IPS", "NEET", "DEFM", "C2S", "Secret statistique", "Douteux", "NPNRU", "ERBM"):
        assert attendu in termes
    assert [t.terme for t in questions.glossaire(vraie)] == (termes if "glossaire" in FICHIERS else [])
    assert not any("'" in ligne for ligne in lignes)


# --- les mots ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bande", "unite", "attendu"),
    [
        (1.0, "%", "1 point "),
        (0.5, "%", "0,5 point "),
        (200.0, "€/an", "200 € par an "),
        (0.02, "indice", "0,02 point "),
    ],
)
def test_bande_de_proximite_en_mots(bande, unite, attendu):
    indicateur = Indicateur("x", "X", "X", "t", "", UNITES[unite], 1, Sens.BAISSE, bande)
    assert f"séparées de {attendu}ou moins" in methode.bande(indicateur).replace("\u00a0", " ")


def test_sans_bande_seule_l_egalite_est_proche(chiffre):
    indicateur = Indicateur("taux_pauvrete", "X", "X", "t", "", UNITES["%"], 1, Sens.NEUTRE)
    assert "Aucune bande" in methode.bande(indicateur)
    assert comparer(chiffre(10.0), chiffre(10.0), indicateur).position is Position.PROCHE
    assert comparer(chiffre(10.1), chiffre(10.0), indicateur).position is Position.PLUS_ELEVE


@pytest.mark.parametrize("motif", [m for m in Motif if m is not Motif.AUCUN])
def test_chaque_motif_est_explique_avec_les_mots_de_l_ecran(motif, chiffre, indicateur):
    mots, sens = methode.MOTIFS[motif]
    statut = {Motif.SECRET: "secret", Motif.NON_DISPONIBLE: "non_disponible", Motif.SANS_OBJET: "sans_objet"}.get(motif)
    observation = chiffre(statut=statut) if statut else chiffre(46.7)
    assert mots in phrases.motif(Comparaison(indicateur, observation, None, motif=motif))
    assert sens.endswith(".")


def test_chaque_jugement_est_explique():
    expliques = " ".join(mot for mot, _ in methode.REGLES["Le jugement"])
    for mot in phrases.MOTS_JUGEMENT.values():
        assert mot in expliques
    assert set(methode.STATUTS) == set(Statut)


def test_les_exemples_des_regles_sont_ceux_de_la_comparaison(chiffre, indicateur):
    certain = comparer(chiffre(inf=25, sup=30), chiffre(18.8), indicateur)
    incertain = comparer(chiffre(inf=30), chiffre(32.0), indicateur)
    assert certain.motif is Motif.AUCUN
    assert incertain.motif is Motif.INTERVALLE_NON_CONCLUSIF
    assert "« Plus de 30 % » face à 32 %" in methode.MOTIFS[Motif.INTERVALLE_NON_CONCLUSIF][1]


def test_chaque_rang_de_source_a_ses_mots(vraie: Base):
    assert {s.rang for s in vraie.catalogue.sources.values()} <= set(methode.RANGS)


def test_categories_des_passages():
    passages = [Passage(1, 2, "Illisible. Page pliée.", ""), Passage(3, 3, "Illisible.", ""), Passage(4, 4, "Loi.", "")]
    assert methode.categories(passages) == [("Illisible", 2), ("Loi", 1)]


def test_journal_absent_ou_decoupe(tmp_path: Path):
    assert methode.journal(tmp_path / "absent.md") == ()
    fichier = tmp_path / "journal.md"
    fichier.write_text("# Titre\n\nIntro\n\n## 2026 : deux\n\nL'un.\n\n## 2025\n\nAutre.\n", "utf-8")
    premiere, seconde = methode.journal(fichier)
    assert (premiere.titre, premiere.texte) == ("2026\u00a0: deux", "L’un.")
    assert (seconde.titre, seconde.texte) == ("2025", "Autre.")


# --- l'écran -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rubrique", RUBRIQUES)
def test_chaque_rubrique_s_ouvre_depuis_l_adresse(rubrique):
    essai = ouvrir(rubrique=rubrique)
    assert essai.query_params["rubrique"] == rubrique
    assert not essai.error
    assert "Sources et méthode" in texte(essai)


def test_un_lien_ouvre_la_fiche_du_taux_de_pauvrete():
    essai = ouvrir(indicateur="taux_pauvrete")
    assert essai.selectbox(key="choix_indicateur").value == "taux_pauvrete"
    fiche = texte(essai)
    for attendu in (
        "Habitants de ménages fiscaux sous le seuil de pauvreté", "pour cent (%)", "Plus la valeur est faible",
        "Deux valeurs séparées de 1 point ou moins sont dites proches", "Part des habitants à bas revenus",
        "QPV, périmètre 2015", "Évolution du taux de pauvreté", "Valeurs douteuses", "39,3 %", "texte d’un contrat",
    ):  # fmt: skip
        assert attendu in fiche, attendu


def test_une_variation_renvoie_a_ce_qu_elle_mesure():
    fiche = texte(ouvrir(indicateur="idt_evolution"))
    assert "Variation de" in fiche
    assert "Indice de développement des territoires" in fiche


@pytest.mark.parametrize("code", ["zzz", "<script>alert(1)</script>", "'; DROP TABLE x; --"])
def test_un_indicateur_inconnu_donne_une_phrase_et_la_liste(code):
    essai = ouvrir(indicateur=code)
    assert f"Indicateur « {code} » introuvable ici. Disponibles : " in avis(essai)
    assert "Emploi et insertion" in texte(essai)


def test_des_parametres_absurdes_laissent_les_defauts():
    essai = ouvrir(rubrique="x", theme_fiche="y", agglomeration="z", document="w")
    assert essai.selectbox(key="choix_theme_fiche").value == "tous"
    assert "Rubrique « x » introuvable ici. Disponibles : Indicateurs (indicateurs), " in avis(essai)
    assert "Thème « y » introuvable ici." in avis(essai)


def test_changer_de_theme_quitte_la_fiche_d_un_autre_theme():
    essai = ouvrir(indicateur="taux_pauvrete")
    essai.selectbox(key="choix_theme_fiche").select("emploi").run()
    assert not essai.exception
    assert essai.selectbox(key="choix_indicateur").value is None
    assert "Taux d’emploi des 15-64 ans" in texte(essai)
    assert "Où il existe" not in texte(essai)


def test_les_douteux_se_filtrent_par_agglomeration_et_gardent_leur_raison(vraie: Base):
    attendus = questions.douteuses(vraie, "EPCI200072460")
    essai = ouvrir(rubrique="douteux", agglomeration="EPCI200072460")
    tableau = next(bloc.value for bloc in essai.markdown if "<table" in bloc.value)
    assert tableau.count("<tr>") == 1 + len(attendus)
    assert "portrait?territoire=QP062017" in tableau
    assert "43,3\u00a0% pour ce quartier en 2018" in tableau


def test_la_couverture_d_un_document_dit_ce_qui_est_laisse():
    ecran = texte(ouvrir(rubrique="couverture", document="convention_houdain_2024"))
    assert "Portrait statistique" in ecran
    assert "Coordonnées ou noms de personnes, non recopiés" in ecran


def test_les_regles_disent_les_trois_mots():
    ecran = texte(ouvrir(rubrique="regles")).replace("\u00a0", " ")
    for mots in ("« valeur proche »", "« sans jugement »", "« la fourchette ne permet pas de conclure »"):
        assert mots in ecran
