"""L'application servie par `streamlit run app.py` : les écrans, et ce qui les entoure sur le réseau.

Le script principal est `pages/navigation.py` : un dossier `pages/` à côté du script principal ferait retomber
Streamlit dans son ancien mode multipage.
"""

import sys
from pathlib import Path

import streamlit as st

RACINE = Path(__file__).resolve().parent
if str(RACINE) not in sys.path:
    sys.path.insert(0, str(RACINE))

from pages.serveur import arenes, depots, lieux, papiers, programme, tableaux  # noqa: E402
from pages.serveur.api.routes import routes  # noqa: E402
from pages.serveur.intergiciels import INTERGICIELS, signaler_erreur  # noqa: E402

arenes.limiter()
depots.sur_le_disque()
programme.garder()
app = st.App(
    RACINE / "pages" / "navigation.py",
    routes=[*routes(), *lieux.routes(), *papiers.routes(), *tableaux.routes()],
    middleware=INTERGICIELS,
    on_script_error=signaler_erreur,
)
