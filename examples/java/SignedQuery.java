// One signed query in plain Java (17 or newer): java SignedQuery.java <identifier>
// EXCHANGE_URL, EXCHANGE_AUDIENCE, DEPARTMENT, KEY_PEM (PKCS#8), KID.
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class SignedQuery {
  static final Base64.Encoder B64 = Base64.getUrlEncoder().withoutPadding();
  static final Base64.Decoder UNB64 = Base64.getUrlDecoder();

  public static void main(String[] arguments) throws Exception {
    String url = System.getenv("EXCHANGE_URL");
    String aud = System.getenv("EXCHANGE_AUDIENCE");
    String iss = System.getenv("DEPARTMENT");
    HttpClient client = HttpClient.newHttpClient();

    // 1. The exact bytes that will be sent.
    String query = "query ($id: String!) { subject(identifier: $id) { uscc name } }";
    byte[] body = ("{\"query\":\"" + query + "\",\"variables\":{\"id\":\"" + arguments[0] + "\"}}").getBytes(UTF_8);

    // 2. A token over their digest, for this exchange and path, good once and for 60 seconds.
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String jti = B64.encodeToString(random);
    long iat = System.currentTimeMillis() / 1000;
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + System.getenv("KID") + "\",\"typ\":\"query+jwt\"}";
    String claims = "{\"iss\":\"" + iss + "\",\"aud\":\"" + aud + "\",\"iat\":" + iat + ",\"exp\":" + (iat + 60)
        + ",\"jti\":\"" + jti + "\",\"htm\":\"POST\",\"htu\":\"/graphql\",\"body_sha256\":\"" + sha256(body) + "\"}";
    String input = B64.encodeToString(header.getBytes(UTF_8)) + "." + B64.encodeToString(claims.getBytes(UTF_8));
    String token = input + "." + B64.encodeToString(sign(input.getBytes(UTF_8)));

    // 3. Ask.
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/graphql"))
        .header("content-type", "application/json").header("authorization", "Bearer " + token)
        .POST(BodyPublishers.ofByteArray(body)).build();
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    String answer = new String(response.body(), UTF_8);

    // 4. Believe the answer only after its signature: pin the exchange's key in production instead of fetching it.
    String jwks = client.send(
        HttpRequest.newBuilder(URI.create(url + "/.well-known/jwks.json")).build(), BodyHandlers.ofString()).body();
    String[] reply = response.headers().firstValue("reply-signature").orElse("e30.e30.").split("\\.", -1);
    String head = new String(UNB64.decode(reply[0]), UTF_8);
    String said = new String(UNB64.decode(reply[1]), UTF_8);
    boolean proven = "reply+jwt".equals(member(head, "typ"))
        && verified((reply[0] + "." + reply[1]).getBytes(UTF_8), UNB64.decode(reply[2]), keyOf(jwks, member(head, "kid")))
        && aud.equals(member(said, "iss")) && iss.equals(member(said, "aud")) && jti.equals(member(said, "jti_req"))
        && sha256(body).equals(member(said, "req_sha256")) && sha256(response.body()).equals(member(said, "body_sha256"))
        && String.valueOf(response.statusCode()).equals(member(said, "status"));
    if (!proven) {
      System.err.println("not proven: HTTP " + response.statusCode() + " " + answer);
      System.exit(1);
    }
    System.out.write(response.body());
    System.out.println();
    System.err.println("proven: entry " + member(said, "log_index") + " of the evidence log");
  }

  static String sha256(byte[] bytes) throws Exception {
    return B64.encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  static byte[] sign(byte[] message) throws Exception {
    String pem = Files.readString(Path.of(System.getenv("KEY_PEM"))).replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  static boolean verified(byte[] message, byte[] signed, byte[] x) throws Exception {
    if (x == null || signed.length != 64) return false;
    byte[] der = HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(x)); // RFC 8410
    PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(key);
    signature.update(message);
    return signature.verify(signed);
  }

  /** The value of a member of flat JSON. Real systems use a JSON library. */
  static String member(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|(\\d+))").matcher(json);
    if (!matcher.find()) return null;
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  static byte[] keyOf(String jwks, String kid) {
    for (String jwk : jwks.split("\\}")) {
      if (kid != null && kid.equals(member(jwk, "kid"))) return UNB64.decode(member(jwk, "x"));
    }
    return null;
  }
}
