"""Les liens d'invitation : les donner, les reconnaître, les révoquer, et freiner qui en essaie au hasard.

Un jeton n'est gardé nulle part, seulement son empreinte : il a 256 bits de hasard, une empreinte simple suffit. Qui en
essaie au hasard attend de plus en plus (`frein.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.frein import Frein
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi, TropDEssais
from indicators.suivi.tables import INVITATIONS

VALIDITE = timedelta(days=400)
"""Durée d'un lien, si rien d'autre n'est dit : d'une revue annuelle à la suivante."""


@dataclass(frozen=True)
class Invitation:
    """Un lien donné ; `revoquee` : null s'il vaut encore."""

    id: int
    role: Role
    organisation: str
    fonction: str
    partenaires: tuple[str, ...]
    creee: datetime
    expire: datetime
    revoquee: datetime | None

    def vaut(self, moment: datetime) -> bool:
        """Vrai si le lien ouvre encore."""
        return self.revoquee is None and moment < self.expire


def inviter(
    magasin: Magasin,
    role: Role,
    organisation: str,
    fonction: str,
    partenaires: Iterable[str] = (),
    validite: timedelta = VALIDITE,
) -> tuple[Invitation, str]:
    """Donne un lien : rend l'invitation et son jeton, que rien ne permet de retrouver ensuite.

    `partenaires` : les codes de ceux dont ce lien écrit les engagements ; au moins un pour un partenaire.
    `validite` : de un jour à dix ans. Lève `ErreurSuivi` sinon.
    """
    organisation = saisie.texte(organisation, "organisation", obligatoire=True)
    fonction = saisie.fonction(fonction)
    codes = saisie.liste(partenaires, "partenaires", 50)
    if role is Role.PARTENAIRE and not codes:
        raise ErreurSuivi(f"Un lien de partenaire dit quels engagements il écrit : aucun n’est à « {organisation} ».")
    if not timedelta(0) < validite <= timedelta(days=3650):
        raise ErreurSuivi(f"Un lien vaut de un jour à dix ans ; reçu : {validite.days} jours.")
    jeton = secrets.token_urlsafe(32)
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        resultat = cx.execute(
            insert(INVITATIONS).values(
                empreinte=_empreinte(jeton), role=role.value, organisation=organisation, fonction=fonction,
                partenaires=codes, creee=moment, expire=moment + validite, revoquee=None,
            )
        )  # fmt: skip
        numero = resultat.inserted_primary_key[0] if resultat.inserted_primary_key else 0
        ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).one()
    return _invitation(ligne), jeton


def invitations(magasin: Magasin) -> list[Invitation]:
    """Tous les liens donnés, les plus récents d'abord."""
    with magasin.lecture() as cx:
        return [_invitation(ligne) for ligne in cx.execute(select(INVITATIONS).order_by(INVITATIONS.c.id.desc()))]


def revoquer(magasin: Magasin, numero: int) -> Invitation:
    """Ferme un lien, à l'instant : même une personne déjà entrée n'écrit plus. Lève `ErreurSuivi` s'il n'existe pas."""
    with magasin.transaction() as cx:
        ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).first()
        if ligne is None:
            connus = cx.execute(select(INVITATIONS.c.id).order_by(INVITATIONS.c.id)).scalars().all()
            dits = ", ".join(map(str, connus)) or "aucun"
            raise ErreurSuivi(f"Aucun lien ne porte le numéro {numero}. Liens donnés : {dits}.")
        if ligne.revoquee is None:
            cx.execute(update(INVITATIONS).where(INVITATIONS.c.id == numero).values(revoquee=magasin.horloge()))
        return _invitation(cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).one())


def reconnaitre(magasin: Magasin, jeton: str, adresse: str) -> Auteur:
    """Qui tient ce lien. Lève `TropDEssais` pendant l'attente, `ErreurSuivi` si le lien n'ouvre rien.

    `adresse` : celle d'où vient l'essai ; seule une empreinte salée en est gardée, une heure. Un essai fait pendant
    l'attente n'est pas examiné : le jeton n'est pas regardé, et l'attente ne s'allonge pas.
    """
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        frein = Frein.de(cx, adresse)
        attente = frein.attente(cx, moment)
        if attente > 0:
            raise TropDEssais(attente)
        ligne = None
        if 20 <= len(jeton) <= 100:
            ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.empreinte == _empreinte(jeton))).first()
        if ligne is None:
            frein.compter(cx, moment)
    # Hors de la transaction : l'échec compté doit rester compté.
    if ligne is None:
        raise ErreurSuivi("Ce lien n’est pas reconnu : vérifiez qu’il est entier, ou demandez-en un autre.")
    invitation = _invitation(ligne)
    if invitation.revoquee is not None:
        raise ErreurSuivi("Ce lien a été fermé. Demandez-en un autre à l’animateur du suivi.")
    if moment >= invitation.expire:
        raise ErreurSuivi(
            f"Ce lien a expiré le {invitation.expire:%d/%m/%Y}. Demandez-en un autre à l’animateur du suivi."
        )
    return Auteur(
        invitation.role, invitation.fonction, invitation.organisation, frozenset(invitation.partenaires), invitation.id
    )


def _empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode(errors="replace")).hexdigest()


def _invitation(ligne: Row[Any]) -> Invitation:
    return Invitation(
        ligne.id, Role(ligne.role), ligne.organisation, ligne.fonction, tuple(ligne.partenaires), ligne.creee,
        ligne.expire, ligne.revoquee,
    )  # fmt: skip
