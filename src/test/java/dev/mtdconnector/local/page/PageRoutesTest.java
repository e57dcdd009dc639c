package dev.mtdconnector.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.AppRegistration;
import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.contoso.Device;
import dev.mtdconnector.local.contoso.IntuneSettings;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.local.intune.ContosoTenants;
import dev.mtdconnector.local.intune.PartnerNames;
import dev.mtdconnector.local.intune.PartnerService;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.mail.MailCatcher;
import dev.mtdconnector.local.risk.Enrollment;
import dev.mtdconnector.local.risk.RiskFeed;
import dev.mtdconnector.local.risk.RiskService;
import dev.mtdconnector.local.risk.Severity;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageRoutesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
    private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&";

    private final Journal journal = Journal.inMemory();
    private final ContosoClock clock = new ContosoClock(Clock.fixed(NOW, ZoneOffset.UTC), journal);
    private final Contoso contoso = Contoso.generate(
            7,
            300,
            List.of(
                    registration("base", WellKnown.BASE_CLIENT, "User.Read.All", "Device.Read.All"),
                    registration("partner", WellKnown.PARTNER_CLIENT, PartnerService.ROLE)));
    private final Changes changes = new Changes(contoso, journal, clock);
    private final SimulatedIntune intune = new SimulatedIntune(
            clock, new ContosoTenants(contoso), journal, PartnerNames.INVENTED, Duration.ZERO, Set.of());
    private final PartnerService partner = new PartnerService(
            intune, header -> new PartnerService.Caller(WellKnown.TENANT, Set.of(PartnerService.ROLE)), Set.of());
    private final MailCatcher mails = new MailCatcher(0, clock, journal);
    private final RiskFeed vendor = new RiskFeed(RiskService.CONTOSO, clock, null, Set.of());
    private final Bulletin bulletin = new Bulletin();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LocalServer server = newServer();

    @BeforeEach
    void start() {
        new PageRoutes(contoso, intune, mails, vendor, changes, clock, bulletin).register(server);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        mails.close();
    }

    @Test
    void whoMakesContosoLiveIsShownAndOnlyThen() throws Exception {
        assertThat(page("/")).doesNotContain("Lately");

        bulletin.show(new Bulletin.Notice("The fleet", "3 phones <live> here", List.of("09:00 HIRED " + HOSTILE)));

        assertThat(page("/"))
                .contains("<h2>The fleet</h2>", "3 phones &lt;live&gt; here", "09:00 HIRED &lt;img")
                .doesNotContain(HOSTILE);
    }

    @Test
    void shows_the_connector_that_nobody_has_set_up() throws Exception {
        String page = page("/");

        assertThat(page).contains("Unavailable", "Messages are blocked", "21 Nov 2026, 09:00:00", "No consent");
        assertThat(page).contains("The partner has sent nothing yet");
    }

    @Test
    void shows_what_the_partner_reported() throws Exception {
        setUp();
        report(WellKnown.LENAS_IPHONE, "highSeverity", "5a0c1c1e-3a5c-4d8e-9d0e-000000000001");

        String row = firstRow(page("/"));

        assertThat(row).contains("Lena&#39;s iPhone", "Lena Brandt", "High", "5a0c1c1e-3a5c-4d8e-9d0e-000000000001");
        assertThat(row).contains("Compliant").doesNotContain("Not compliant");

        press("/page/platform", "platform=ios&enabled=true");
        press("/page/rule", "level=low");

        assertThat(firstRow(page("/"))).contains("Not compliant");
    }

    @Test
    void shows_what_the_vendors_cloud_holds() throws Exception {
        assertThat(page("/")).contains("No device has joined");
        String device = vendor.enroll(Enrollment.android());
        vendor.activate(device);
        String threat = vendor.openThreat(device, HOSTILE, Severity.ADVISORY);

        assertThat(page("/"))
                .contains("<dt>Open threats</dt><dd>1</dd>", "<dt>Events of ten days</dt><dd>3</dd>")
                .contains(Html.escape(HOSTILE), "Advisory", device)
                .doesNotContain(HOSTILE);
        vendor.resolve(threat);
        assertThat(page("/")).contains("<dt>Open threats</dt><dd>0</dd>").doesNotContain("Advisory");
    }

    @Test
    void shows_which_roles_are_granted_and_which_are_missing() throws Exception {
        changes.consent(WellKnown.BASE_CLIENT);
        changes.apply(List.of(
                change("roleRemoved").put("clientId", WellKnown.BASE_CLIENT).put("role", "Device.Read.All")));

        String page = page("/");

        assertThat(page).contains("Incomplete");
        assertThat(page).contains("<span>User.Read.All</span><span class=\"quiet\"> granted");
        assertThat(page).contains("<span>Device.Read.All</span><span class=\"quiet\"> not granted");
    }

    @Test
    void shows_the_first_of_many_devices_with_the_reported_ones_on_top() throws Exception {
        setUp();
        List<Device> devices = contoso.devices();
        Device last = devices.get(devices.size() - 1);
        assertThat(devices).hasSizeGreaterThan(WorldReader.DEVICES);
        report(last.deviceId(), "secured", "5a0c1c1e-3a5c-4d8e-9d0e-000000000001");

        String page = page("/");

        assertThat(firstRow(page)).contains(last.deviceId());
        assertThat(Pattern.compile("<td data-label=\"Device\">").matcher(page).results())
                .hasSize(WorldReader.DEVICES);
        assertThat(page).contains("These are 200 of " + devices.size() + " devices");
    }

    @Test
    void buttons_switch_platforms_set_the_rule_and_move_the_clock() throws Exception {
        press("/page/platform", "platform=android&enabled=true");
        press("/page/rule", "level=medium");
        assertThat(contoso.intune()).isEqualTo(new IntuneSettings(false, true, "medium"));

        press("/page/platform", "platform=android&enabled=false");
        press("/page/rule", "level=none");
        assertThat(contoso.intune()).isEqualTo(new IntuneSettings(false, false, null));

        press("/page/clock", "advanceSeconds=600");
        assertThat(clock.instant()).isEqualTo(NOW.plusSeconds(600));
    }

    @Test
    void buttons_take_no_nonsense_and_no_other_sites_press() throws Exception {
        assertThat(post("/page/platform", "platform=symbian&enabled=true").statusCode())
                .isEqualTo(400);
        assertThat(post("/page/platform", "enabled=true").statusCode()).isEqualTo(400);
        assertThat(post("/page/rule", "level=extreme").statusCode()).isEqualTo(400);
        assertThat(post("/page/clock", "advanceSeconds=-5").statusCode()).isEqualTo(400);
        assertThat(post("/page/clock", "advanceSeconds=soon").statusCode()).isEqualTo(400);
        HttpRequest foreign = form("/page/clock", "advanceSeconds=600")
                .header("Origin", "https://evil.example")
                .build();
        assertThat(send(foreign).statusCode()).isEqualTo(403);

        assertThat(contoso.intune()).isEqualTo(new IntuneSettings(false, false, null));
        assertThat(clock.instant()).isEqualTo(NOW);
    }

    @Test
    void names_are_text_whatever_they_contain() throws Exception {
        setUp();
        String deviceId = "cccccccc-70be-41a9-8d0b-d84fe7f17291";
        changes.apply(List.of(
                change("userCreated").put("displayName", HOSTILE).put("userPrincipalName", "mallory@contoso.example"),
                change("groupRenamed").put("group", WellKnown.FULL_ACCESS_GROUP).put("displayName", HOSTILE),
                change("memberAdded")
                        .put("group", WellKnown.FULL_ACCESS_GROUP)
                        .put("member", "mallory@contoso.example"),
                change("deviceCreated")
                        .put("displayName", HOSTILE)
                        .put("deviceId", deviceId)
                        .put("owner", "mallory@contoso.example")
                        .put("operatingSystem", "Android")
                        .put("operatingSystemVersion", "<script>")));
        report(deviceId, "lowSeverity", "5a0c1c1e-3a5c-4d8e-9d0e-000000000001");

        String page = page("/");

        assertThat(page).doesNotContain("<img").contains(Html.escape(HOSTILE), "Android &lt;script&gt;");
        // Of scripts the page has its own, which the policy names, and no other.
        assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(1);
    }

    @Test
    void the_policy_allows_exactly_the_pages_own_style_and_script() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(address("/")).build());
        String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();

        assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe", "http");
        for (String element : List.of("style", "script")) {
            Matcher inline = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                    .matcher(answer.body());
            assertThat(inline.find()).isTrue();
            assertThat(policy).contains(element + "-src '" + sha256(inline.group(1)) + "'");
        }
        assertThat(answer.body()).doesNotContain(" style=", " onclick=");
    }

    @Test
    void the_inbox_lists_mails_and_opens_one_with_its_links_and_nothing_else_alive() throws Exception {
        assertThat(page("/mail")).contains("No mail yet");
        sendMail("<script>alert(1)</script>", "Open http://localhost:7071/les?action=consent&tenant=1.\n" + HOSTILE);

        String inbox = page("/mail");
        assertThat(inbox).contains("href=\"/mail/1\"", "&lt;script&gt;alert(1)&lt;/script&gt;", "ines@contoso.example");

        String mail = page("/mail/1");
        assertThat(mail)
                .contains("<a href=\"http://localhost:7071/les?action=consent&amp;tenant=1\"", Html.escape(HOSTILE))
                .doesNotContain("<img");
        assertThat(Pattern.compile("<script").matcher(inbox + mail).results()).hasSize(2);
        assertThat(send(HttpRequest.newBuilder(address("/mail/2")).build()).statusCode())
                .isEqualTo(404);
    }

    private void setUp() {
        put("/tenant/PartnerTenants(guid'" + WellKnown.TENANT + "')", "1.6", "{\"Provisioned\":1}");
        put(
                "/tenant/PartnerTenantHeartbeat(guid'" + WellKnown.TENANT + "')",
                "1.6",
                "{\"Timestamp\":\"2026-11-21T09:00:00Z\"}");
    }

    private void report(String deviceId, String state, String messageId) {
        ObjectNode entity = Json.object()
                .put("EntityType", PartnerNames.INVENTED.entityType())
                .put("TenantId", WellKnown.TENANT)
                .put("DeviceId", deviceId)
                .put("LastUpdateTime", clock.instant().toString())
                .put(PartnerNames.INVENTED.threatField(), state);
        ObjectNode body = Json.object()
                .put("TenantId", WellKnown.TENANT)
                .put("UploadTime", clock.instant().toString())
                .put("Content", Json.text(Json.array().add(entity)));
        put("/device/DataUploadMessages(guid'" + messageId + "')", "1.2", Json.text(body));
    }

    private void put(String path, String version, String body) {
        PartnerService.Reply reply = partner.answer(new PartnerService.Request(
                "PUT", path, version, "Bearer x", null, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(reply.status()).isLessThan(300);
    }

    private void sendMail(String subject, String text) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "localhost");
        properties.put("mail.smtp.port", Integer.toString(mails.port()));
        MimeMessage mail = new MimeMessage(Session.getInstance(properties));
        mail.setFrom("no-reply@mtd.example");
        mail.setRecipients(Message.RecipientType.TO, "ines@contoso.example");
        mail.setSubject(subject);
        mail.setText(text);
        Transport.send(mail);
    }

    private static String firstRow(String page) {
        int start = page.indexOf("<tbody><tr>");
        return page.substring(start, page.indexOf("</tr>", start));
    }

    private String page(String path) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(address(path)).build());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private void press(String path, String form) throws Exception {
        HttpResponse<String> answer = post(path, form);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains("/");
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return send(form(path, form).build());
    }

    private HttpRequest.Builder form(String path, String form) {
        return HttpRequest.newBuilder(address(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String path) {
        return URI.create(server.address() + path);
    }

    private static ObjectNode change(String type) {
        return Json.object().put("type", type);
    }

    private static AppRegistration registration(String label, String clientId, String... roles) {
        return new AppRegistration(
                label,
                clientId,
                "MTD " + label,
                List.of(roles).stream()
                        .map(role -> WellKnown.role(role).orElseThrow())
                        .toList(),
                Set.of(),
                Set.of());
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }

    private static LocalServer newServer() {
        try {
            return LocalServer.http(0, new Traffic());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
