"""Les images du guide : ce que chacune montre, où, et ce qu'elle dit à qui ne la voit pas.

Elles sont faites par `tests/navigateur/test_images_du_guide.py`, jamais à la main : le même essai échoue dès que les
mots ou les chiffres d'une image ne sont plus ceux de l'écran.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Lecteur

DOSSIER = Path(__file__).resolve().parent / "guide"
PREFIXE = "guide-"
"""Ce qui distingue leur adresse, à la racine : « guide-portrait.webp »."""


@dataclass(frozen=True)
class Image:
    """Une image : l'adresse et la largeur d'écran où elle est prise, les éléments montrés (CSS), son alternative.

    `combien` : le nombre d'éléments montrés, les premiers.
    """

    nom: str
    adresse: str
    largeur: int
    montre: str
    alternative: str
    combien: int = 100

    @property
    def fichier(self) -> Path:
        """Le fichier WebP."""
        return DOSSIER / f"{self.nom}.webp"

    @property
    def mots(self) -> Path:
        """Les mots et les chiffres que montre l'image, un par ligne, tels que l'écran les écrivait."""
        return DOSSIER / f"{self.nom}.txt"

    @property
    def url(self) -> str:
        """Son adresse, relative à l'écran."""
        return f"./{PREFIXE}{self.nom}.webp"

    @property
    def taille(self) -> tuple[int, int]:
        """Largeur et hauteur à l'écran, en pixels : la moitié de celles du fichier, pris deux fois plus fin."""
        with Lecteur.open(self.fichier) as lu:
            return lu.width // 2, lu.height // 2


IMAGES = {
    "accueil": Image(
        "accueil", "/?cherche=neet auchel", 390, ".trouves li:nth-child(-n+3)",
        "L’accueil sur un téléphone : sous « neet auchel », la liste des lieux, chacun avec son chiffre.",
    ),
    "portrait": Image(
        "portrait", "/portrait?territoire=QP062011", 390, ".cartes .carte:first-child",
        "Une famille du portrait : le taux de pauvreté du Centre, son écart à l’agglomération et à la région, sa place "
        "parmi les quartiers prioritaires, sa courbe, son année et sa source.",
    ),
    "seance": Image(
        "seance", "/seance?territoire=QP062011", 1280, ".diapo",
        "La première diapositive de la séance : le nom du quartier, la phrase qui le résume, sa carte, un chiffre par "
        "famille.",
    ),
    "evolution": Image(
        "evolution", "/evolution?territoire=EPCI246200364&suivre=groupe", 1280,
        "table.groupe thead, table.groupe tbody tr:nth-child(-n+8)",
        "Les quartiers d’une agglomération, une colonne par année : la petite courbe, la valeur et l’écart à la "
        "référence.",
    ),
    "explorer": Image(
        "explorer", "/explorer?agglomeration=EPCI200042190&type=QPV&perimetre=2015&indicateurs=taux_pauvrete", 1280,
        ".boite.passage",
        "Explorer : un chiffre en entier, sa lecture, le passage du document et sa définition.",
    ),
    "engagements": Image(
        "engagements", "/suivi?territoire=EPCI200042190", 1280, "table.engagements tr",
        "Le suivi : les engagements, leur cible, leur départ, leur échéance, et ce qu’en disent les chiffres.",
        3,
    ),
}  # fmt: skip
"""Par nom ; le guide les montre là où il y renvoie."""
