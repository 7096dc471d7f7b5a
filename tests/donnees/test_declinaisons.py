"""Une mesure déclinée par bailleur : une ligne au catalogue, un chiffre par bailleur, jamais mêlés."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from indicators.base import flux
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.base.exploration import Filtre, chercher_observations, compter
from indicators.donnees.controles.structure import verifier_structure
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.locales import reunir
from indicators.socle.observations import declinaison, decliner

MESURE = "nb_logements_bailleur"


def lignes(nom: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DOSSIER_DONNEES / nom).read_text("utf-8-sig").splitlines(), delimiter=";"))


def test_aucun_indicateur_du_catalogue_ne_nomme_un_bailleur():
    noms = [b["nom"] for b in lignes("bailleurs.csv")] + ["SOGINORPA", "Partenord"]
    for indicateur in lignes("indicateurs.csv"):
        assert not [nom for nom in noms if nom.lower() in " ".join(indicateur.values()).lower()], indicateur[
            "indicateur"
        ]


def test_chaque_chiffre_d_un_bailleur_est_dans_la_base_sous_sa_mesure_et_son_bailleur(vraie: Base):
    ecrites = [
        (o["territoire"], o["indicateur"], o["bailleur"], o["ligne"])
        for chemin in sorted((DOSSIER_DONNEES / "observations").glob("*.csv"))
        for o in lignes(f"observations/{chemin.name}")
        if o["bailleur"]
    ]
    codes = [code for code in vraie.catalogue.indicateurs if declinaison(code)[1]]
    lues = [o for code in codes for o in vraie.observations_indicateur(code)]
    assert sorted((o.territoire, o.mesure, o.bailleur, str(o.ligne)) for o in lues) == sorted(ecrites)
    assert {declinaison(code)[0] for code in codes} == set(vraie.catalogue.mesures)
    assert MESURE not in vraie.catalogue.indicateurs


def test_deux_bailleurs_d_un_meme_lieu_sont_deux_indicateurs(vraie: Base):
    codes = [decliner(MESURE, b) for b in ("pas_de_calais_habitat", "sia_habitat")]
    lus = {o.indicateur: o.valeur for o in vraie.observations(["QP062019"], codes)}
    assert lus == {codes[0]: 1294, codes[1]: 51}
    noms = [vraie.catalogue.indicateurs[code].libelle for code in codes]
    assert noms == [
        "Logements d’un bailleur social : Pas-de-Calais habitat",
        "Logements d’un bailleur social : SIA Habitat",
    ]


def test_les_voisins_d_une_mesure_declinee_sont_ceux_du_meme_bailleur(vraie: Base):
    voisins = vraie.catalogue.indicateurs[decliner(MESURE, "sia_habitat")].voisins
    assert voisins == (decliner(f"{MESURE}_qpv", "sia_habitat"), "nb_logements_sociaux")
    de_tous = {declinaison(v) for v in vraie.catalogue.indicateurs["nb_logements_sociaux"].voisins}
    assert {(MESURE, "sia_habitat"), (MESURE, "maisons_cites")} <= de_tous


@pytest.mark.parametrize("bailleur", ["sia_habitat", "maisons_cites"])
def test_explorer_filtre_par_bailleur_et_en_dit_le_nombre(vraie: Base, bailleur: str):
    filtre = Filtre(bailleur=(bailleur,))
    attendues = [o for o in lignes("observations/004_logement.csv") if o["bailleur"] == bailleur]
    attendues += [o for o in lignes("observations/004_agglomeration.csv") if o["bailleur"] == bailleur]
    attendues += [o for o in lignes("observations/004_prose.csv") if o["bailleur"] == bailleur]
    trouvees = chercher_observations(vraie, filtre)
    assert len(trouvees) == len(attendues) == compter(vraie, filtre)["total"]["filtre"]
    assert {o.bailleur for o in trouvees} == {bailleur}
    assert compter(vraie, Filtre())["bailleur"][bailleur] == len(attendues)
    demande = flux.demander(vraie, Filtre(indicateur=(MESURE,), bailleur=(bailleur,)))
    siennes = [o for o in attendues if o["indicateur"] == MESURE]
    assert flux.compter(vraie, demande) == len(siennes)


def test_une_mesure_declinee_sans_bailleur_et_un_bailleur_inconnu_sont_des_constats(copie_des_donnees: Path):
    chemin = copie_des_donnees / "observations" / "004_logement.csv"
    texte = chemin.read_text("utf-8-sig")
    chemin.write_text(
        texte.replace(f"{MESURE};sia_habitat;", f"{MESURE};;", 1).replace(
            f"{MESURE};lto_habitat;", f"{MESURE};oublie;", 1
        ),
        "utf-8-sig",
    )
    constats = {(c.colonne, c.message) for c in verifier_structure(lire_donnees(copie_des_donnees, nationales=False))}
    assert ("bailleur", f"vide, alors que « {MESURE} » se décline par bailleur") in constats
    assert any(colonne == "bailleur" and "« oublie »" in message for colonne, message in constats)


def test_un_ajout_d_avant_suit_et_remplace_le_chiffre_embarque_de_meme_cle(copie_des_donnees: Path, tmp_path: Path):
    """Écrit sans la colonne du bailleur, sous l'ancien identifiant : la table des renommages dit l'un et l'autre."""
    ici = ("QP062019", decliner(MESURE, "sia_habitat"))
    embarquees = lire_donnees(copie_des_donnees, nationales=False)
    (avant,) = (o for o in embarquees["observations"] if (o["territoire"], o["indicateur"]) == ici)
    ancienne = avant.textes | {"indicateur": "nb_logements_sia", "valeur": "60", "imprime": "60"}
    del ancienne["bailleur"]
    ajout = tmp_path / "0001-modele"
    ajout.mkdir()
    (ajout / "observations.csv").write_text(f"{';'.join(ancienne)}\n{';'.join(ancienne.values())}\n", "utf-8-sig")
    reunies = reunir(embarquees, [ajout])
    assert reunies.ecartees == []
    trouvees = [o for o in reunies["observations"] if (o["territoire"], o["indicateur"]) == ici]
    assert [(o["valeur"], o["bailleur"]) for o in trouvees] == [(60, "sia_habitat")]
    assert [i["indicateur"] for i in reunies["indicateurs"]] == [i["indicateur"] for i in embarquees["indicateurs"]]
