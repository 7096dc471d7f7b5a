#!/usr/bin/env bash
# Éprouve compose.yaml en marche : construit l'image, lance `preparer`, deux répliques et nginx, puis regarde du dehors et
# du dedans. Demande root, un démon Docker, compose (1.29 ou 2), et debootstrap si les images de base sont hors d'atteinte.
#
#   sudo PORT=18080 deploiement/essai-compose.sh
#
# Sans registre, une Debian vierge tient lieu de python:3.11-slim et de nginx:1.28-alpine, et c'est dit : le Dockerfile, le
# réseau, les volumes et les droits retirés sont alors éprouvés, ces deux images ne le sont pas.
set -euo pipefail
cd "$(dirname "$0")"
export PORT=${PORT:-18080}
page="http://127.0.0.1:$PORT"
dire() { printf '\n== %s\n' "$*"; }
echec() { echo "$*" >&2; exit 1; }
# Compose 1.29 (celui de Debian 12) refuse `name:` ; il le prend en option.
composer() { sed '/^name:/d' compose.yaml | docker-compose -p observatoire -f - "$@"; }
command -v docker-compose >/dev/null || docker-compose() { docker compose "$@"; }
reponse() { curl -s -o /dev/null -w '%{http_code}' --max-time 30 "$@" || true; }
patienter() { for _ in $(seq 60); do [ "$(reponse "$page/_stcore/health")" = 200 ] && return; sleep 1; done; return 1; }
trap 'composer down -v >/dev/null 2>&1' EXIT

dire "Images de base"
remplacantes=()
for image in python:3.11-slim nginx:1.28-alpine; do
  docker image inspect "$image" >/dev/null 2>&1 || docker pull -q "$image" 2>/dev/null || remplacantes+=("$image")
done
if [ ${#remplacantes[@]} -gt 0 ]; then
  racine=$(mktemp -d)
  debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates,tzdata,nginx-light,wget \
    bookworm "$racine" "${MIROIR:-http://deb.debian.org/debian}" >/dev/null
  cp -L /etc/ssl/certs/ca-certificates.crt "$racine/etc/ssl/certs/" # derrière un proxy, le certificat de la maison
  ln -s python3 "$racine/usr/bin/python"
  rm -rf "$racine"/usr/lib/python3*/EXTERNALLY-MANAGED "$racine"/etc/nginx/sites-enabled/default
  ln -sf /dev/stderr "$racine/var/log/nginx/error.log"
  for image in "${remplacantes[@]}"; do tar -C "$racine" -cf - . | docker import - "$image" >/dev/null; done
  rm -rf --one-file-system "$racine"
  echo "Remplacées par une Debian vierge : ${remplacantes[*]}"
fi

dire "Construire, préparer, servir"
DOCKER_BUILDKIT=1 docker build -q --network host -f Dockerfile -t observatoire .. >/dev/null
composer up -d --no-build
patienter || echec "nginx ne répond pas"

dire "Du dehors"
for _ in $(seq 30); do # la base s'ouvre à la première visite
  curl -s --max-time 60 "$page/portrait?territoire=QP062011" | grep "Le Centre" >/dev/null && vu=1 && break
  sleep 2
done
[ -n "${vu:-}" ] || echec "le portrait n'est pas dans la page répondue"
for reserve in metrics script-health-check agent/openapi.json; do
  [ "$(reponse "$page/_stcore/$reserve")" = 404 ] || echec "/_stcore/$reserve est servi au-dehors"
done
[ "$(reponse http://172.28.85.11:8501/_stcore/metrics)" != 200 ] || echec "une réplique dit ses mesures à qui l'atteint"

dire "Du dedans"
for n in 1 2; do
  dans() { docker exec "observatoire_replique${n}_1" "$@"; }
  [ "$(dans id -u)" = 10001 ] || echec "la réplique $n n'est pas sous l'utilisateur sans droits"
  for ou in /observatoire /donnees/base /donnees/locales; do
    if dans touch "$ou/essai" 2>/dev/null; then echec "la réplique $n écrit $ou"; fi
  done
  dans grep -q '^CapEff:\s*0*$' /proc/1/status || echec "la réplique $n a gardé des droits"
  dans grep -q '^NoNewPrivs:\s*1$' /proc/1/status || echec "la réplique $n peut en reprendre"
  [ -z "$(docker port "observatoire_replique${n}_1")" ] || echec "la réplique $n publie un port"
done

dire "Une réplique tuée : l'autre répond, et elle revient"
tuee=$(docker inspect -f '{{.State.Pid}}' observatoire_replique1_1)
kill -9 "$tuee"
[ "$(reponse "$page/_stcore/health")" = 200 ] || echec "l'autre réplique n'a pas pris le relais"
for _ in $(seq 60); do
  [ "$(docker inspect -f '{{.State.Health.Status}}' observatoire_replique1_1)" = healthy ] && revenue=1 && break
  sleep 2
done
[ -n "${revenue:-}" ] || echec "la réplique tuée n'est pas revenue"
dire "compose.yaml tient : image, base préparée, répliques sans droits, nginx devant, relève d'une réplique tuée."
