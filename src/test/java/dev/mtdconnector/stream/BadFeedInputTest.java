package dev.mtdconnector.stream;

import static dev.mtdconnector.testing.TestApp.ENTERPRISE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bad input over the three ways by which events come by themselves: push, webhook and stream. It is refused, or counted with a
 * reason, and nothing of it is written. What asks for events is {@code RiskFeedTest}'s affair.
 */
class BadFeedInputTest {

    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String OTHERS_SECRET = "whsec_"
            + Base64.getEncoder().encodeToString("of somebody else, 32 bytes long.".getBytes(StandardCharsets.UTF_8));
    private static final String GOOD =
            TestApp.threatEvent("t1", START.plusSeconds(1), VENDOR_GUID, LENA, "OPEN", "TROJAN");
    private static final String OTHER = "1c6f3f0e-6a0f-4a53-8f41-0a5f8d2f7b11";

    private final StreamWorld world = new StreamWorld();
    private final TestApp app = world.app;
    private final StreamFollower follower = world.follower("one");
    private String othersKey = "";

    @BeforeEach
    void everyWayIsOpen() throws Exception {
        app.put("/api/v1/webhooks/hook", "{\"format\": \"mobile-risk-api\", \"signingSecret\": \"" + SECRET + "\"}")
                .expect(200);
        othersKey =
                app.operator("POST", "", """
                {"directoryId": "%s", "fullAccessGroupId": "%s", "primaryContact": "a@other.example",
                 "enterpriseGuid": "55555555-0000-4000-8000-000000000001"}""".formatted(OTHER, LENA)).expect(201).text("/feedKey");
        app.feed(StreamWorld.TIE).expect(200);
        follower.tick();
        // The first use of a key is noted with it.
        app.send("POST", "/events", othersKey, "[]").expect(200);
        signed("[]", SECRET).expect(200);
    }

    private Answer push(String body) {
        return app.feed(body);
    }

    private Answer webhook(String body) {
        return app.send("POST", "/webhooks/hook", app.feedKey(), body);
    }

    private Answer signed(String body, String secret) throws Exception {
        return signed(body, secret, app.clock.instant().getEpochSecond());
    }

    private Answer signed(String body, String secret, long time) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
        byte[] hash = mac.doFinal(("msg_1." + time + "." + body).getBytes(StandardCharsets.UTF_8));
        return app.sendWith(
                "POST",
                "/webhooks/" + TENANT + "/hook",
                signature(time, "v1," + Base64.getEncoder().encodeToString(hash), body),
                body);
    }

    private static Map<String, String> signature(long time, String signature, String body) {
        return Map.of(
                "webhook-id",
                "msg_1",
                "webhook-timestamp",
                "" + time,
                "webhook-signature",
                "v1,AAAA " + signature,
                "Content-Type",
                "application/json",
                "Content-Length",
                "" + body.length());
    }

    private void stream(String event) {
        world.last().events("id-" + event.hashCode(), event);
    }

    /** Everything that is stored, but how far streams were followed. */
    private String stored() {
        Map<String, Object> tables = new TreeMap<>(app.tables.dump());
        tables.remove("feeds");
        return tables.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    private long counted(String what) {
        return world.progress().counts().getOrDefault(what, 0L);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                ENTERPRISE + "|55555555-0000-4000-8000-000000000001|enterprise_guid|403|rejected_foreign",
                "2026-11-21T09:00:01Z|1970-01-01T00:00:00Z|created_time|400|rejected_invalid",
                "2026-11-21T09:00:01Z|2099-01-01T00:00:00Z|created_time|400|rejected_invalid",
                "\"t1\"|\"\\ud800\"|id|400|rejected_invalid",
                "\"OPEN\"|7|threat.status|400|rejected_invalid"
            })
    void anEventThatIsWrongIsRefusedByFieldOrCounted(String from, String to, String field, int status, String counted)
            throws Exception {
        String event = GOOD.replace(from, to);
        assertThat(event).isNotEqualTo(GOOD);
        String before = stored();
        for (Answer answer : List.of(push(event), webhook(event), signed(event, SECRET))) {
            assertThat(answer.expect(status).text("/errors/0/field")).isEqualTo("events[0]." + field);
        }
        stream(event);
        assertThat(counted(counted)).isEqualTo(1);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aGoodEventIsTakenOverEachWay() throws Exception {
        assertThat(push(GOOD).expect(200).text("/applied")).isEqualTo("1");
        assertThat(webhook(GOOD).expect(200).text("/unchanged")).isEqualTo("1");
        assertThat(signed(GOOD, SECRET).expect(200).text("/unchanged")).isEqualTo("1");
        stream(GOOD);
        assertThat(counted("unchanged")).isEqualTo(1);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void aKeyOfAnotherTenantOpensNothingOfThisOne() throws Exception {
        String before = stored();
        assertThat(app.send("POST", "/events", othersKey, GOOD).expect(403).text("/errors/0/field"))
                .isEqualTo("events[0].enterprise_guid");
        assertThat(app.send("POST", "/webhooks/hook", othersKey, GOOD)
                        .expect(404)
                        .code())
                .isEqualTo("webhook.unknown");
        assertThat(signed(GOOD, OTHERS_SECRET).expect(401).code()).isEqualTo("identity.required");
        // A stream that another enterprise's key opened tells of that enterprise.
        stream(GOOD.replace(ENTERPRISE, "55555555-0000-4000-8000-000000000001"));
        assertThat(counted("rejected_foreign")).isEqualTo(1);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aSignatureHoldsForItsTimeItsBodyAndItsAddress() throws Exception {
        String before = stored();
        long now = app.clock.instant().getEpochSecond();
        assertThat(signed(GOOD, SECRET, now - 301).status()).isEqualTo(401);
        assertThat(signed(GOOD, SECRET, now + 301).status()).isEqualTo(401);
        String hash = "v1," + Base64.getEncoder().encodeToString(new byte[32]);
        for (String address : List.of(
                "/webhooks/" + TENANT + "/hook",
                "/webhooks/" + TENANT + "/no",
                "/webhooks/" + OTHER + "/hook",
                "/webhooks/x/hook")) {
            Answer answer = app.sendWith("POST", address, signature(now, hash, GOOD), GOOD);
            assertThat(answer.expect(401).code()).isEqualTo("identity.required");
        }
        assertThat(app.send("POST", "/webhooks/" + TENANT + "/hook", app.feedKey(), GOOD)
                        .status())
                .as("a key is no signature")
                .isEqualTo(401);
        assertThat(stored()).isEqualTo(before);
        signed(GOOD, SECRET, now - 299).expect(200);

        app.operator("POST", "/" + TENANT + "/suspend", "{\"reason\": \"unpaid\"}")
                .expect(200);
        assertThat(signed(GOOD, SECRET).expect(403).code()).isEqualTo("tenant.suspended");
        assertThat(signed(GOOD, OTHERS_SECRET).status()).isEqualTo(401);
    }

    @Test
    void aSecretIsShownToNobodyAndGoesWhenItIsTakenAway() throws Exception {
        assertThat(app.get("/api/v1/webhooks/hook").http().body()).doesNotContain(SECRET.substring(6));
        assertThat(app.tables.dump().toString()).doesNotContain(SECRET.substring(6));
        app.put("/api/v1/webhooks/hook", "{\"format\": \"mobile-risk-api\"}").expect(200);
        signed(GOOD, SECRET).expect(200);
        app.put("/api/v1/webhooks/hook", "{\"format\": \"mobile-risk-api\", \"signingSecret\": null}")
                .expect(200);
        assertThat(signed(GOOD, SECRET).status()).isEqualTo(401);
        assertThat(app.put("/api/v1/webhooks/hook", "{\"format\": \"mobile-risk-api\", \"signingSecret\": \"short\"}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("signingSecret");
    }

    /** The platform hands over a body that comes in chunks as an empty one: without a length there is no knowing its end. */
    @Test
    void aBodyThatNeverEndsIsNotWaitedFor() {
        String before = stored();
        for (String address : List.of("/events", "/webhooks/hook", "/webhooks/" + TENANT + "/hook")) {
            Map<String, String> headers = Map.of(
                    "Authorization",
                    "Bearer " + app.feedKey(),
                    "Content-Type",
                    "application/json",
                    "Transfer-Encoding",
                    "chunked");
            assertThat(app.sendWith("POST", address, headers, "").expect(411).code())
                    .isEqualTo("request.length-required");
        }
        world.last().send("id:never\nevent:events\ndata:[" + GOOD.replace("\n", " "));
        for (int second = 0; second < 70 && !world.last().isClosed; second++) {
            world.opened.get(0).send(" ");
            world.pass(Duration.ofSeconds(1), follower);
        }
        assertThat(world.opened.get(0).isClosed).isTrue();
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aHundredMegabytesAreNotRead() {
        String before = stored();
        for (String address : List.of("/events", "/webhooks/hook", "/webhooks/" + TENANT + "/hook")) {
            Map<String, String> headers = Map.of(
                    "Authorization",
                    "Bearer " + app.feedKey(),
                    "Content-Type",
                    "application/json",
                    "Content-Length",
                    "104857600");
            assertThat(app.sendWith("POST", address, headers, "[").expect(413).code())
                    .isEqualTo("request.too-large");
        }
        world.last().send("id:huge\nevent:events\ndata:[" + GOOD.replace("\n", " "));
        String megabyte = " ".repeat(1 << 20);
        int sent = 0;
        while (sent < 100 && !world.last().isClosed) {
            world.last().send(megabyte);
            sent++;
        }
        assertThat(sent).as("megabytes taken").isLessThan(10);
        // Only that the feed's own job is to look.
        assertThat(stored()).isEqualTo(before);
        world.pass(Duration.ofSeconds(2), follower);
        assertThat(world.missed).containsExactly(TENANT);
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedWhereTheyMatter() {
        String before = stored();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        String event = GOOD.replace("\n", " ");
        int at = event.indexOf("t1");
        frame.writeBytes(("id:x\ndata:[" + event.substring(0, at)).getBytes(StandardCharsets.UTF_8));
        frame.writeBytes(new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff});
        frame.writeBytes((event.substring(at + 2) + "]\n\n").getBytes(StandardCharsets.UTF_8));
        world.last().receiver.bytes(ByteBuffer.wrap(frame.toByteArray()));
        assertThat(counted("rejected_invalid")).isEqualTo(1);

        // The platform decodes a body before it comes to us, with the same character in the place of such bytes.
        String body = GOOD.replace("\"t1\"", "\"\ufffd(\ufffd\"");
        for (Answer answer : List.of(push(body), webhook(body))) {
            assertThat(answer.expect(400).text("/errors/0/field")).isEqualTo("events[0].id");
        }
        assertThat(stored()).isEqualTo(before);
    }
}
