"""Une mise à jour posée sous un serveur en marche : il sert l'ancienne version jusqu'au redémarrage, sans les mêler."""

from __future__ import annotations

import shutil
from pathlib import Path

from serveurs import RACINE, Session, streamlit


def poser(ou: Path) -> Path:
    """Une installation à part, dont on peut changer les écrans ; les données et le calcul sont ceux du projet."""
    shutil.copytree(RACINE / "pages", ou / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(RACINE / "app.py", ou)
    for commun in ("indicators", "data", "CHANGELOG.md"):
        (ou / commun).symlink_to(RACINE / commun)
    return ou / "app.py"


def test_un_ecran_remplace_sur_le_disque_attend_le_redemarrage(tmp_path: Path):
    app = poser(tmp_path / "pose")
    with streamlit(tmp_path / "journal.txt", str(app)) as (_, port):
        session = Session(port)
        session.jouer("sources", "rubrique=glossaire")
        session.fermer()  # plus personne : Streamlit oublierait les scripts
        (app.parent / "pages" / "portrait.py").write_text("from pages.commun import ce_qui_n_existe_pas\n", "utf-8")
        for gabarit in (app.parent / "pages" / "gabarits").glob("*.html"):
            gabarit.write_text("{{ ce_que_rien_ne_donne }}", "utf-8")
        revenue = Session(port)
        ecran = revenue.jouer("portrait", "territoire=QP062011")
        revenue.fermer()
    assert "46,7" in ecran and "erreur imprévue" not in ecran
