#!/usr/bin/env bash
# One signed query with curl and openssl (3.0 or newer).
# EXCHANGE_URL, EXCHANGE_AUDIENCE, DEPARTMENT, KEY_PEM (PKCS#8), KID; argument: the identifier to look up.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
b64() { base64 -w0 | tr '+/' '-_' | tr -d '='; }
unb64() { local text; text=$(tr -- '-_' '+/'); printf '%s%s' "$text" "$(printf '%*s' $(((4 - ${#text} % 4) % 4)) '' | tr ' ' '=')" | base64 -d; }
sha256() { openssl dgst -sha256 -binary "$1" | b64; }
member() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

# 1. The exact bytes that will be sent.
printf '{"query":"query ($id: String!) { subject(identifier: $id) { uscc name } }","variables":{"id":"%s"}}' "$1" >"$work/body"

# 2. A token over their digest, for this exchange and path, good once and for 60 seconds.
iat=$(date +%s)
jti=$(openssl rand 16 | b64)
header=$(printf '{"alg":"EdDSA","kid":"%s","typ":"query+jwt"}' "$KID" | b64)
claims=$(printf '{"iss":"%s","aud":"%s","iat":%s,"exp":%s,"jti":"%s","htm":"POST","htu":"/graphql","body_sha256":"%s"}' \
  "$DEPARTMENT" "$EXCHANGE_AUDIENCE" "$iat" "$((iat + 60))" "$jti" "$(sha256 "$work/body")" | b64)
printf '%s.%s' "$header" "$claims" >"$work/input"
signature=$(openssl pkeyutl -sign -rawin -inkey "$KEY_PEM" -in "$work/input" | b64)

# 3. Ask.
status=$(curl -sS -o "$work/answer" -D "$work/headers" -w '%{http_code}' "$EXCHANGE_URL/graphql" \
  -H 'content-type: application/json' -H "authorization: Bearer $header.$claims.$signature" --data-binary "@$work/body")

# 4. Believe the answer only after its signature: pin the exchange's key in production instead of fetching it.
refuse() { echo "not proven ($1): HTTP $status $(cat "$work/answer")" >&2; exit 1; }
reply=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Rr]eply-[Ss]ignature: //p')
[ -n "$reply" ] || refuse 'no signature'
IFS=. read -r head payload signed <<<"$reply"
printf '%s.%s' "$head" "$payload" >"$work/reply"
printf '%s' "$signed" | unb64 >"$work/signature"
kid=$(printf '%s' "$head" | unb64 | member kid)
x=$(curl -sS "$EXCHANGE_URL/.well-known/jwks.json" | tr '{' '\n' | grep -F "\"$kid\"" | member x)
{ printf "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"; printf '%s' "$x" | unb64; } >"$work/key.der" # RFC 8410
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/reply" -sigfile "$work/signature" >/dev/null || refuse 'signature'
said=$(printf '%s' "$payload" | unb64)
[ "$(printf '%s' "$head" | unb64 | member typ)" = reply+jwt ] || refuse typ
expect() { [ "$(printf '%s' "$said" | member "$1")" = "$2" ] || refuse "$1"; }
expect iss "$EXCHANGE_AUDIENCE"
expect aud "$DEPARTMENT"
expect jti_req "$jti"
expect req_sha256 "$(sha256 "$work/body")"
expect status "$status"
expect body_sha256 "$(sha256 "$work/answer")"
cat "$work/answer"
echo
echo "proven: entry $(printf '%s' "$said" | member log_index) of the evidence log" >&2
