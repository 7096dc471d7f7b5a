"""La porte de « Mettre à jour » : un mot de passe essayé, ses échecs comptés au magasin.

Le magasin est celui du suivi s'il est commencé ; sinon un fichier à part, `porte.sqlite`, à côté : un mot de passe
essayé ne commence pas un suivi.
"""

from __future__ import annotations

from sqlalchemy import URL

from indicators.base.construction import dossier_locales
from indicators.socle.acces_reserve import AccesRefuse, verifier
from indicators.suivi.frein import Frein
from indicators.suivi.magasin import Magasin, adresse_du_magasin
from indicators.suivi.refus import TropDEssais

NOM = "porte.sqlite"
_PORTE = "porte|"


def ouvrir_le_compte() -> Magasin:
    """Le magasin où se comptent les échecs ; lève `SuiviIndisponible` s'il ne peut pas être écrit."""
    if Magasin.existe(suivi := adresse_du_magasin()):
        return Magasin.ouvrir(suivi)
    return Magasin.ouvrir(URL.create("sqlite", database=str(dossier_locales() / NOM)))


def essayer(magasin: Magasin, mot: str, condense: str, adresse: str) -> None:
    """Ne rend rien si le mot de passe est bon ; lève `AccesRefuse` sinon, `TropDEssais` pendant l'attente.

    Un essai fait pendant l'attente n'est pas examiné, et ne l'allonge pas.
    """
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        frein = Frein.de(cx, adresse, _PORTE)
        if (attente := frein.attente(cx, moment)) > 0:
            raise TropDEssais(attente, "un mauvais mot de passe")
        bon = verifier(mot, condense)
        if not bon:
            frein.compter(cx, moment)
    # Hors de la transaction : l'échec compté doit rester compté.
    if not bon:
        raise AccesRefuse("Ce n'est pas le bon mot de passe.")
