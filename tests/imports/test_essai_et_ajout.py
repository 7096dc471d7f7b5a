"""L'essai refuse exactement ce que l'ajout refuse, avec les mêmes phrases, aux mêmes places du fichier déposé."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from depots import EXTRAITS, modele, pauvrete
from feuilles import ecrire_csv

from indicators.__main__ import main
from indicators.base.construction import DOSSIER_DONNEES, VARIABLE_BASE, VARIABLE_LOCALES, empreinte
from indicators.donnees.controles.structure import DOSSIER_PARTAGE
from indicators.donnees.schema import FICHIERS

CAS = DOSSIER_PARTAGE / "cas"
DEPOTS = {
    **EXTRAITS,
    "juste.csv": pauvrete("44,5", "QP062011"),
    "rien.csv": modele(),
    "bornes.csv": modele("QP062011;taux_pauvrete;2021;;;50;10;;", "QP062017;taux_pauvrete;2018;2021;12;;;;"),
    "fraction.csv": modele("QP062011;taux_pauvrete;2020;;0,467;;;;"),
    "sans_annee.csv": "CODGEO;TP60;PPSOC\nQP062011;44;20\n",
    "deux_sources.csv": modele("QP062011;taux_pauvrete;2021;;44;;;;")
    + "QP062017;population;2021;;9;;;;;Ville;Autre;;\n",
}
_GARDEES = ("indicateurs", "themes", "unites", "sources", "familles", "territoires", "appartenances", "filiations")
_OBSERVATIONS = [
    {"territoire": t, "indicateur": "taux_pauvrete", "annee": "2018", "valeur": v, "statut": "exact",
     "fiabilite": "sure", "source": "ville", "ligne": "1", "passage": v, "imprime": v, "origine": "publiee"}
    for t, v in (("QP062011", "46,7"), ("QP062017", "43,3"))
]  # fmt: skip


@pytest.fixture(scope="module")
def lieux(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Le vrai catalogue et les vrais lieux des trois agglomérations, deux chiffres : une base qui se fait vite."""
    dossier = tmp_path_factory.mktemp("essai") / "data"
    for feuille, nom in (*FICHIERS.items(), ("observations", "observations/essai.csv")):
        if feuille in _GARDEES:
            (dossier / nom).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(DOSSIER_DONNEES / nom, dossier / nom)
        else:
            ecrire_csv(dossier / nom, feuille, _OBSERVATIONS if feuille == "observations" else [])
    source = {"source": "ville", "producteur": "Ville", "titre": "Essai", "licence": "interne", "rang": "1"}
    ecrire_csv(dossier / FICHIERS["sources"], "sources", [source])
    with pytest.MonkeyPatch.context() as ici:
        ici.setenv(VARIABLE_LOCALES, str(dossier.parent / "locales"))
        ici.setenv(VARIABLE_BASE, str(dossier.parent / "base"))
        yield dossier


def eprouver(chemin: Path, dossier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """L'essai puis l'ajout de ce fichier : le même refus, ou aucun ; la base d'avant revient."""
    avant, rendus = empreinte(dossier), []
    for options in (["--essai"], []):
        code = main(["importer", str(chemin), "--sans-annee", "--edition", "2022", "--donnees", str(dossier), *options])
        sorties = capsys.readouterr()
        rendus.append((code, sorties.err))
        if options:
            assert empreinte(dossier) == avant
    assert rendus[0] == rendus[1]
    code, refus = rendus[0]
    if code:  # il nomme le fichier de la personne, jamais un des nôtres
        assert chemin.name in refus or refus.startswith("Rien à ajouter"), refus
        assert not re.search(r"\d{4}-|observations\.csv|locales", refus), refus
    else:
        assert not refus
        assert main(["annuler", "--donnees", str(dossier)]) == 0
        capsys.readouterr()
    assert empreinte(dossier) == avant


@pytest.mark.parametrize("nom", DEPOTS)
def test_les_depots_refaits_a_la_main(nom, lieux, tmp_path, capsys):
    (tmp_path / nom).write_text(DEPOTS[nom], "utf-8")
    eprouver(tmp_path / nom, lieux, capsys)


@pytest.mark.skipif(not CAS.is_dir(), reason=f"les fichiers embarrassants ne sont pas dans {CAS}")
@pytest.mark.parametrize(
    "nom", sorted(str(c.relative_to(CAS)) for c in CAS.rglob("*") if c.is_file() and c.suffix != ".md")
)
def test_les_fichiers_embarrassants(nom, lieux, capsys):
    eprouver(CAS / nom, lieux, capsys)
