"""Le Baromètre : des notes qu'on refait à la main, ce qui n'est pas noté, l'ordre éprouvé, l'écran."""

from __future__ import annotations

from functools import partial

import ecrans
import pytest
from ecrans import avis, texte
from unites import UNITES

from indicators.analyse.barometre import (
    CE_QUI_LE_DIRAIT,
    MINI_INDICATEURS,
    MINI_THEMES,
    SIGNAUX,
    Barometre,
    Chapitre,
    Mesure,
    Methode,
    Signal,
    _mesurer,
    dresser,
)
from indicators.analyse.notes import (
    PART_GENERALE,
    Etendue,
    Niveau,
    RepartitionDuBesoin,
    eprouver,
    niveau,
    noter,
    repartir,
)
from indicators.analyse.rangs import ranger
from indicators.base.barometre import Thematique, thematiques
from indicators.publications.barometre import csv_francais
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.territoires import Maille, Territoire
from pages.vues.barometre.blocs import besoins
from pages.vues.barometre.choix import barometres, lire_poids

CAPH = "EPCI200042190"
AGGLO = Territoire("EPCI1", Maille.EPCI, None, "", "Agglo", "Agglo")


def quartier(n: int) -> Territoire:
    return Territoire(f"Q{n}", Maille.QUARTIER, 2015, "QPV", f"Quartier {n}", f"Q{n}")


def mesure(chiffre, indicateur, valeurs, besoin=Sens.HAUSSE, effectif=None) -> Mesure:
    chiffres = [chiffre(float(v), territoire=f"Q{n}") for n, v in enumerate(valeurs) if v is not None]
    signal = Signal("taux_pauvrete", besoin, "")
    return Mesure(signal, indicateur, "2018", ranger(chiffres, indicateur), {}, (), effectif or len(valeurs))


def barometre(chiffre, indicateur, *themes) -> Barometre:
    chapitres = tuple(
        # Deux fois la même mesure : la moyenne ne change pas, et un thème a les deux indicateurs qu'il lui faut.
        Chapitre(Thematique(f"bcs-t{n}", f"t{n}", n, "", "s", 1), (mesure(chiffre, indicateur, valeurs),) * 2)
        for n, valeurs in enumerate(themes)
    )
    return Barometre(AGGLO, tuple(quartier(n) for n in range(len(themes[0]))), chapitres, None)


def test_les_deux_methodes_a_la_main(chiffre, indicateur):
    m = mesure(chiffre, indicateur, [10, 20, 20, 30, 50])
    assert m.notes(Methode.RANG) == {"Q0": 0, "Q1": 37.5, "Q2": 37.5, "Q3": 75, "Q4": 100}
    assert m.notes(Methode.ECART) == {"Q0": 0, "Q1": 25, "Q2": 25, "Q3": 100 * 20 / 40, "Q4": 100}


def test_besoin_a_la_baisse_renverse_et_zero_est_une_valeur(chiffre, indicateur):
    notes = mesure(chiffre, indicateur, [0, 20, 30, 40, 50], Sens.BAISSE).notes(Methode.RANG)
    assert notes == {"Q0": 100, "Q1": 75, "Q2": 50, "Q3": 25, "Q4": 0}


@pytest.mark.parametrize("methode", list(Methode))
def test_toutes_les_valeurs_egales_sont_au_milieu(chiffre, indicateur, methode):
    assert set(mesure(chiffre, indicateur, [7] * 5).notes(methode).values()) == {50}


def test_il_faut_cinq_quartiers_et_la_moitie_du_groupe(chiffre, indicateur):
    assert not mesure(chiffre, indicateur, [1, 2, 3, 4]).suffit
    assert mesure(chiffre, indicateur, [1, 2, 3, 4, 5], effectif=10).suffit
    assert not mesure(chiffre, indicateur, [1, 2, 3, 4, 5], effectif=11).suffit


def test_secrets_douteux_seuils_et_autres_dates_sont_comptes_et_jamais_notes(chiffre, indicateur):
    lus = {
        "Q0": [chiffre(40.0, territoire="Q0")],
        "Q1": [chiffre(0.0, territoire="Q1")],
        "Q2": [chiffre(statut="secret", territoire="Q2")],
        "Q3": [chiffre(99.0, territoire="Q3", fiabilite="douteuse")],
        "Q4": [chiffre(inf=25.0, territoire="Q4")],
        "Q5": [chiffre(50.0, territoire="Q5", annee=2011)],
        "Q6": [],
        "Q7": [chiffre(60.0, territoire="Q7", annee=None)],
        "Q8": [chiffre(61.0, territoire="Q8")._replace(perimetre=2021)],
    }
    groupe = [quartier(n) for n in range(9)]
    reference = [chiffre(30.0, territoire="EPCI1")]
    m = _mesurer(Signal("taux_pauvrete", Sens.HAUSSE, ""), indicateur, groupe, lus, AGGLO, reference)
    assert m.periode == "2018"
    assert [o.territoire for o in m.classement.classees] == ["Q0", "Q1"]
    assert m.ecartes == {
        "secret": 1, "douteux": 1, "seuil ou intervalle": 1, "d’une autre date ou sans année": 2, "sans chiffre": 1,
        "d’un ancien périmètre": 1,
    }  # fmt: skip
    assert [c.ecart for c in m.comparaisons] == [40 - 30, 0 - 30]


def test_le_total_est_la_moyenne_ponderee_des_themes_connus(chiffre, indicateur):
    b = barometre(chiffre, indicateur, [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [4, 3, 2, 1, None])
    notes = {n.territoire.territoire: n for n in noter(b, {"t0": 3, "t1": 0}, Methode.RANG)}
    assert [c.thematique.code for c in b.connus] == ["t0", "t1"]
    assert all(n.total is None for n in notes.values()), f"moins de {MINI_THEMES} thèmes : pas de total"
    b = barometre(chiffre, indicateur, *[[0, 1, 2, 3, 4]] * 3, [4, 3, 2, 1, 0])
    notes = {n.territoire.territoire: n for n in noter(b, {"t0": 3, "t1": 0}, Methode.RANG)}
    assert notes["Q4"].total == pytest.approx((3 * 100 + 1 * 100 + 1 * 0) / (3 + 1 + 1))
    assert notes["Q4"].rang == 1
    assert notes["Q2"].total == 50


def test_un_theme_ne_se_note_pas_sur_un_seul_indicateur(chiffre, indicateur):
    pleins, troues = [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, None]
    seul = Chapitre(Thematique("bcs-s", "s", 1, "", "s", 1), (mesure(chiffre, indicateur, pleins),))
    deux = Chapitre(
        Thematique("bcs-d", "d", 2, "", "s", 1),
        (mesure(chiffre, indicateur, pleins), mesure(chiffre, indicateur, troues)),
    )
    b = Barometre(AGGLO, tuple(quartier(n) for n in range(6)), (seul, deux), None)
    assert [c.thematique.code for c in b.connus] == ["d"]
    notes = {n.territoire.territoire: n.themes for n in noter(b, {}, Methode.RANG)}
    assert notes["Q0"] == {"d": 0}
    assert notes["Q5"] == {}, "un seul des deux indicateurs : pas de note"


def test_un_quartier_connu_dans_moins_de_la_moitie_des_themes_n_a_pas_de_total(chiffre, indicateur):
    pleins, troues = [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, None]
    notes = noter(barometre(chiffre, indicateur, pleins, troues, troues, troues), {}, Methode.RANG)
    dernier = notes[-1]
    assert (dernier.territoire.territoire, dernier.total, dernier.rang) == ("Q5", None, None)
    assert dernier.themes == {"t0": 100}
    moitie = noter(barometre(chiffre, indicateur, pleins, pleins, troues, troues), {}, Methode.RANG)
    assert moitie[0].territoire.territoire == "Q5"


def test_tous_les_poids_a_zero_ne_donnent_aucun_total(chiffre, indicateur):
    b = barometre(chiffre, indicateur, *[[0, 1, 2, 3, 4]] * 4)
    poids = dict.fromkeys(("t0", "t1", "t2", "t3"), 0)
    assert {n.total for n in noter(b, poids, Methode.RANG)} == {None}
    assert eprouver(b, poids, Methode.RANG).etendues == {}


def test_l_ordre_tient_quand_les_themes_disent_la_meme_chose(chiffre, indicateur):
    s = eprouver(barometre(chiffre, indicateur, *[[0, 1, 2, 3, 4]] * 4), {}, Methode.RANG)
    assert s.tient
    assert s.etendues == {f"Q{n}": (5 - n, 5 - n) for n in range(5)}
    # Quatre thèmes, trois autres poids, deux méthodes, plus l'autre méthode à poids égaux.
    assert len(s.variantes) == 4 * 3 * 2 + 1


def test_l_ordre_ne_tient_pas_quand_un_theme_en_decide(chiffre, indicateur):
    s = eprouver(
        barometre(chiffre, indicateur, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [4, 3, 2, 1, 0]),
        {"t0": 2},
        Methode.RANG,
    )
    assert not s.tient
    assert s.etendues["Q4"] == (1, 5)
    assert s.toujours_parmi(3) == {"Q2"}


def test_les_mots_suivent_le_nombre_ecrit():
    assert [niveau(n) for n in (0, 33.4, 33.6, 66.4, 66.6, 100)] == [
        Niveau.FAIBLE, Niveau.FAIBLE, Niveau.MOYEN, Niveau.MOYEN, Niveau.FORT, Niveau.FORT
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("touches", "situes", "attendu"),
    [
        (0, 4, Etendue.INCONNU),
        (0, 8, Etendue.AUCUN),
        (4, 8, Etendue.CONCENTRE),
        (5, 8, Etendue.REPANDU),
        (6, 8, Etendue.GENERAL),
    ],
)
def test_general_repandu_concentre(touches, situes, attendu):
    assert RepartitionDuBesoin(tuple("abcdefgh"[:touches]), situes, True).etendue is attendu


def test_un_indicateur_neutre_donne_un_fait_et_pas_un_jugement(chiffre):
    neutre = Indicateur("taux_pauvrete", "P", "P", "revenus", "", UNITES["%"], 1, Sens.NEUTRE, 1.0)
    groupe = [quartier(n) for n in range(6)]
    lus = {f"Q{n}": [chiffre(10.0 * n, territoire=f"Q{n}")] for n in range(6)}
    reference = [chiffre(25.0, territoire="EPCI1")]
    m = _mesurer(Signal("taux_pauvrete", Sens.HAUSSE, ""), neutre, groupe, lus, AGGLO, reference)
    r = repartir(Chapitre(Thematique("bcs-t", "t", 1, "", "s", 1), (m,)))
    assert (r.touches, r.situes, r.juge) == (("Q3", "Q4", "Q5"), 6, False)


def test_les_signaux_declares_sont_ceux_du_catalogue_et_des_neuf_themes(vraie):
    assert set(SIGNAUX) == {t.code for t in thematiques(vraie)}
    assert len(SIGNAUX) == 9
    for signal in (s for liste in SIGNAUX.values() for s in liste):
        trouve = vraie.catalogue.indicateur(signal.indicateur)
        assert not trouve.est_effectif, signal
        assert signal.raison
        # Le besoin est du côté opposé à ce qui est bon ; un neutre est déclaré, jamais deviné.
        assert trouve.sens is Sens.NEUTRE or trouve.sens is not signal.besoin, signal


def porte_du_hainaut(vraie) -> Barometre:
    agglomeration = vraie.fiche(CAPH)
    quartiers = [t for t in agglomeration.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    return dresser(vraie, agglomeration.territoire, quartiers)


def test_porte_du_hainaut_note_quatre_themes_et_l_idh_d_abord(vraie):
    b = porte_du_hainaut(vraie)
    assert [c.thematique.code for c in b.connus] == ["revenus", "emploi", "logement", "egalite"]
    assert all(len(c.utiles) >= MINI_INDICATEURS for c in b.connus)
    assert b.idh is not None
    assert b.idh[1].ecart == pytest.approx(0.39 - 0.51)
    notes = noter(b, {}, Methode.RANG)
    assert sorted(n.rang for n in notes) == list(range(1, 14))
    # Un seul indicateur en formation et en santé : le thème se lit, il ne se note pas.
    formation, sante = (next(c for c in b.chapitres if c.thematique.code == code) for code in ("formation", "sante"))
    assert (len(formation.utiles), len(sante.utiles)) == (1, 1)
    assert not any({"formation", "sante"} & set(n.themes) for n in notes)
    # L'agglomération n'a pas de taux de C2S : aucun verdict n'est inventé.
    assert repartir(sante).etendue is Etendue.INCONNU


@pytest.mark.parametrize(
    "groupe",
    ["EPCI246200364-QPV2015", "EPCI200072460-QPV2015", "EPCI246200364-COMMUNES", "EPCI243300316-QPV2015",
     "EPCI243300316-COMMUNES"],
)  # fmt: skip
def test_chaque_agglomeration_de_trois_themes_a_le_sien(vraie, groupe):
    b = barometres(vraie, (groupe.partition("-")[0],))[groupe]
    assert b.suffit
    assert len(b.connus) >= MINI_THEMES
    assert b.des_communes is groupe.endswith("COMMUNES")
    notes = noter(b, {}, Methode.RANG)
    assert sum(n.rang is not None for n in notes) >= len(b.membres) / 2
    for chapitre in b.connus:
        valeurs = [n.themes[chapitre.thematique.code] for n in notes if chapitre.thematique.code in n.themes]
        assert len(valeurs) >= 5
        assert 0 <= min(valeurs) <= max(valeurs) <= 100


def test_les_besoins_se_disent_en_une_phrase_recomptee(vraie):
    b = barometres(vraie, ("EPCI246200364",))["EPCI246200364-QPV2015"]
    agglomeration = b.agglomeration.territoire
    emploi = next(c for c in b.connus if c.thematique.code == "emploi")
    relues = dict(
        vraie._toutes(
            "SELECT territoire, valeur FROM observations WHERE indicateur = 'taux_emploi_15_64' AND annee = 2018"
            " AND annee_debut IS NULL AND valeur IS NOT NULL AND fiabilite = 'sure' ORDER BY rang DESC"
        )
    )
    moins = sum(relues[q.territoire] < relues[agglomeration] - 1 for q in b.membres)
    assert moins / len(b.membres) >= PART_GENERALE
    assert repartir(emploi).etendue is Etendue.GENERAL
    assert besoins(b) == "Face à l’agglomération, des besoins généralisés\u00a0: revenus, emploi."


def test_les_signaux_sont_une_trentaine_et_chaque_theme_dit_ce_qui_le_remplirait():
    assert 28 <= sum(map(len, SIGNAUX.values())) <= 40
    assert set(CE_QUI_LE_DIRAIT) == set(SIGNAUX)


def test_le_csv_porte_la_methode_les_poids_les_sources_et_se_relit(vraie):
    b = porte_du_hainaut(vraie)
    poids = {"emploi": 3}
    notes = noter(b, poids, Methode.ECART)
    octets = csv_francais(b, notes, eprouver(b, poids, Methode.ECART), poids, Methode.ECART, vraie.catalogue.sources)
    lignes = octets.decode("utf-8-sig").split("\r\n")
    assert "méthode écart réduit" in lignes[1]
    assert "poids;;;;1;3;1;1" in lignes
    assert any(li.startswith("emploi;Taux d’emploi des 15-64 ans, 2019;") for li in lignes)
    premiere = lignes[lignes.index("poids;;;;1;3;1;1") + 2].split(";")
    assert premiere[0] == "1"
    assert premiere[1] == notes[0].territoire.territoire
    assert float(premiere[3].replace(",", ".")) == pytest.approx(notes[0].total, abs=0.05)


def test_la_petite_base_sans_thematique_ne_plante_pas(petite):
    b = dresser(petite, petite.territoire("EPCI200000001"), petite.territoires(["QP001001", "QP001002"]))
    assert (b.chapitres, b.suffit, b.idh) == ((), False, None)
    assert noter(b, {}, Methode.RANG)[0].total is None


def test_les_poids_de_l_adresse():
    codes = ["emploi", "sante"]
    assert lire_poids(["emploi:3", "sante:0"], codes) == {"emploi": 3, "sante": 0}
    assert lire_poids(["emploi:9", "zz:2", "sante", "emploi:-1", "sante:x"], codes) == {"emploi": 1, "sante": 1}


ouvrir = partial(ecrans.ouvrir, "barometre")


def test_l_ecran_dit_l_ordre_s_il_tient_et_ou_le_besoin_est_general():
    essai = ouvrir()
    ecran = texte(essai)
    assert essai.selectbox(key="choix_groupe").value == f"{CAPH}-QPV2015"
    for attendu in (
        "IDH-4, Porte du Hainaut (édition 2024) : 0,39", "Des 13 quartiers classés", "L’ordre", "général",
        "trop peu de données", "généralisés", "Pas de note : un seul indicateur connu", "Le remplirait",
    ):  # fmt: skip
        assert attendu in ecran, attendu


def test_un_poids_change_vit_dans_l_adresse_et_y_reste():
    essai = ouvrir(poids="emploi:3,zz:9,sante:5")
    assert "Poids de thème « zz:9 », « sante:5 » introuvables ici." in avis(essai)
    assert "poids 3" in texte(essai)
    essai.number_input(key="choix_poids_revenus").set_value(0).run()
    assert essai.query_params["poids"] in ("revenus:0,emploi:3", ["revenus:0,emploi:3"])
    assert "retiré" in texte(essai)


def test_tous_les_poids_a_zero_donnent_une_phrase():
    zeros = ",".join(f"{c}:0" for c in ("revenus", "emploi", "logement", "egalite"))
    assert "Pas de total." in texte(ouvrir(poids=zeros))


@pytest.mark.parametrize("groupe", ["EPCI200072460-COMMUNES", f"{CAPH}-COMMUNES", f"{CAPH}-QPV2024"])
def test_un_groupe_trop_peu_connu_dit_ce_qui_manque_et_n_a_aucun_ordre(groupe):
    ecran = texte(ouvrir(groupe=groupe))
    assert "Pas de baromètre pour ce groupe." in ecran
    assert "Le baromètre existe pour :" in ecran
    assert "Porte du Hainaut : quartiers prioritaires, périmètre 2015" in ecran
    assert "Du plus grand besoin" not in ecran
    assert "sans chiffre" in ecran


def test_des_parametres_absurdes_laissent_les_defauts():
    essai = ouvrir(groupe="<script>", methode="x", poids="é:1,,:")
    assert essai.selectbox(key="choix_groupe").value == f"{CAPH}-QPV2015"
    assert essai.selectbox(key="choix_notation").value == "rang"
    assert "Méthode de notation « x » introuvable ici." in avis(essai)


def test_la_methode_choisie_change_les_notes():
    assert texte(ouvrir(methode="ecart")) != texte(ouvrir(methode="rang"))
