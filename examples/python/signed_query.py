"""One signed query in plain Python 3; openssl (3.0 or newer) does the Ed25519 signatures.

EXCHANGE_URL, EXCHANGE_AUDIENCE, DEPARTMENT, KEY_PEM (PKCS#8), KID; argument: the identifier to look up.
"""
import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

url, aud, iss = os.environ["EXCHANGE_URL"], os.environ["EXCHANGE_AUDIENCE"], os.environ["DEPARTMENT"]
pem, kid = os.environ["KEY_PEM"], os.environ["KID"]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())


def openssl(*arguments: str, **files: bytes) -> subprocess.CompletedProcess:
    """Runs openssl pkeyutl with the given bytes in files, since it cannot read Ed25519 input from a pipe."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in files.items():
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(content)
        filled = [argument.format(**paths) for argument in arguments]
        return subprocess.run(["openssl", "pkeyutl", "-rawin", *filled], capture_output=True)


def sign(message: bytes) -> bytes:
    return openssl("-sign", "-inkey", pem, "-in", "{message}", message=message).stdout


def verified(message: bytes, signature: bytes, x: bytes) -> bool:
    der = bytes.fromhex("302a300506032b6570032100") + x  # an Ed25519 public key, RFC 8410
    done = openssl(
        "-verify", "-pubin", "-keyform", "DER", "-inkey", "{key}", "-in", "{message}", "-sigfile", "{signature}",
        key=der, message=message, signature=signature,
    )
    return done.returncode == 0


# 1. The exact bytes that will be sent.
query = "query ($id: String!) { subject(identifier: $id) { uscc name } }"
body = json.dumps({"query": query, "variables": {"id": sys.argv[1]}}).encode()

# 2. A token over their digest, for this exchange and path, good once and for 60 seconds.
iat, jti = int(time.time()), b64(secrets.token_bytes(16))
header = {"alg": "EdDSA", "kid": kid, "typ": "query+jwt"}
claims = {"iss": iss, "aud": aud, "iat": iat, "exp": iat + 60, "jti": jti, "htm": "POST", "htu": "/graphql", "body_sha256": sha256(body)}
signing_input = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
token = f"{signing_input}.{b64(sign(signing_input.encode()))}"

# 3. Ask.
request = urllib.request.Request(
    f"{url}/graphql", data=body, headers={"content-type": "application/json", "authorization": f"Bearer {token}"}
)
try:
    response = urllib.request.urlopen(request)
except urllib.error.HTTPError as refusal:
    response = refusal
answer = response.read()

# 4. Believe the answer only after its signature: pin the exchange's key in production instead of fetching it.
keys = {key["kid"]: key for key in json.load(urllib.request.urlopen(f"{url}/.well-known/jwks.json"))["keys"]}
reply_token = response.headers.get("reply-signature")
if not reply_token:
    sys.exit(f"not proven: HTTP {response.status} {answer.decode()}")
head, payload, signature = reply_token.split(".")
reply_header, reply = json.loads(unb64(head)), json.loads(unb64(payload))
key = keys.get(reply_header["kid"])
expected = {"iss": aud, "aud": iss, "jti_req": jti, "req_sha256": sha256(body), "status": response.status, "body_sha256": sha256(answer)}
proven = (
    key is not None
    and reply_header["typ"] == "reply+jwt"
    and verified(f"{head}.{payload}".encode(), unb64(signature), unb64(key["x"]))
    and all(reply.get(name) == value for name, value in expected.items())
)
if not proven:
    sys.exit(f"not proven: HTTP {response.status} {answer.decode()}")
print(answer.decode())
print(f"proven: entry {reply['log_index']} of the evidence log, data version {reply['data_version']}", file=sys.stderr)
