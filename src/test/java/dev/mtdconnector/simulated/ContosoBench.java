package dev.mtdconnector.simulated;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.RSAKey;
import dev.mtdconnector.graph.AppCredentials;
import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.graph.GraphClient;
import dev.mtdconnector.graph.GraphDirectory;
import dev.mtdconnector.graph.GraphGrantedRoles;
import dev.mtdconnector.graph.GraphServiceDirectory;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.graph.TokenCache;
import dev.mtdconnector.local.contoso.AppRegistration;
import dev.mtdconnector.local.contoso.AppRole;
import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.GraphService;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.contoso.LoginService;
import dev.mtdconnector.local.contoso.LoopbackCertificate;
import dev.mtdconnector.local.contoso.TokenCheck;
import dev.mtdconnector.local.contoso.Tokens;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.local.intune.ContosoIntune;
import dev.mtdconnector.local.intune.ContosoTenants;
import dev.mtdconnector.local.intune.IntuneRoutes;
import dev.mtdconnector.local.intune.PartnerNames;
import dev.mtdconnector.local.intune.PartnerService;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.partner.PartnerDataSync;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.stub.RecordingSleeper;
import dev.mtdconnector.stub.TestClock;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.Registration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The simulated Microsoft on free ports, and our adapters wired to it as in production. */
final class ContosoBench implements AutoCloseable {

    static final String TENANT = WellKnown.TENANT;
    private static final String SECRET = "a development secret";

    /** Made once: a key takes a while. */
    private static final RSAKey SIGNING_KEY = Tokens.newKey();

    final TestClock clock = new TestClock();
    final RecordingSleeper sleeper = new RecordingSleeper(clock);
    final Traffic traffic = new Traffic();
    final Contoso contoso = Contoso.generate(
            1,
            40,
            List.of(
                    registration(Registration.BASE, WellKnown.BASE_CLIENT),
                    registration(Registration.PARTNER, WellKnown.PARTNER_CLIENT)));
    final Changes changes = new Changes(contoso, Journal.inMemory(), clock);
    final SimulatedIntune intune = new SimulatedIntune(
            clock, new ContosoTenants(contoso), Journal.inMemory(), PartnerNames.INVENTED, Duration.ZERO, Set.of());

    private final LocalServer login;
    private final LocalServer server;

    final GraphDirectory directory;
    final GraphGrantedRoles roles;
    final PartnerDataSync partner;
    final LoginSettings loginSettings;

    ContosoBench(Path folder) throws IOException {
        LoopbackCertificate certificate = LoopbackCertificate.in(folder);
        login = LocalServer.https(0, certificate.serverContext(), traffic);
        server = LocalServer.http(0, traffic);
        Tokens tokens = new Tokens(SIGNING_KEY, clock, login.address().toString());
        TokenCheck check = new TokenCheck(tokens, contoso, clock, Set.of());
        new LoginService(contoso, tokens, clock, Set.of()).register(login);
        new LoginService(contoso, tokens, clock, Set.of()).register(server);
        new GraphService(contoso, check, clock, new ContosoIntune(intune), Set.of()).register(server);
        new IntuneRoutes(new PartnerService(intune, header -> caller(check, header), Set.of()), intune)
                .register(server);
        login.start();
        server.start();

        GraphSettings graphSettings = new GraphSettings(server.address(), "https://graph.microsoft.com/.default");
        CredentialSettings secret = new CredentialSettings.ClientSecret(SECRET);
        loginSettings = new LoginSettings(
                login.address(),
                Map.of(
                        Registration.BASE, new LoginSettings.App(UUID.fromString(WellKnown.BASE_CLIENT), secret),
                        Registration.PARTNER,
                                new LoginSettings.App(UUID.fromString(WellKnown.PARTNER_CLIENT), secret)));
        AppCredentials credentials = new AppCredentials(
                loginSettings,
                new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(certificate.clientContext())).build());
        TokenCache cache = new TokenCache(credentials, clock);
        GraphClient client = new GraphClient(graphSettings, cache, clock, sleeper, new Random(1));
        directory = new GraphDirectory(client, graphSettings, clock);
        roles = new GraphGrantedRoles(client, credentials);
        URI page = URI.create("https://connector.example");
        partner = new PartnerDataSync(
                new PartnerSettings(
                        null,
                        PartnerSettings.PUBLIC_CLOUD_SCOPE,
                        page,
                        page,
                        PartnerNames.INVENTED.entityType(),
                        PartnerNames.INVENTED.threatField()),
                new GraphServiceDirectory(client),
                cache,
                clock,
                sleeper);
    }

    URI address() {
        return server.address();
    }

    void consent() {
        changes.consent(WellKnown.BASE_CLIENT);
        changes.consent(WellKnown.PARTNER_CLIENT);
    }

    void change(String json) {
        JsonNode change = Json.parse(json);
        changes.apply(List.of(change));
    }

    @Override
    public void close() {
        login.close();
        server.close();
    }

    private static AppRegistration registration(Registration registration, String clientId) {
        List<AppRole> declared = registration.requiredRoles().stream()
                .map(ApplicationRole::value)
                .map(value -> WellKnown.role(value).orElseThrow())
                .toList();
        return new AppRegistration(
                registration.label(), clientId, registration.label(), declared, Set.of(), Set.of(SECRET));
    }

    private static PartnerService.@Nullable Caller caller(TokenCheck check, @Nullable String header) {
        try {
            TokenCheck.Caller caller = check.check(header, Set.of(PartnerService.AUDIENCE));
            return new PartnerService.Caller(caller.tenant(), caller.roles());
        } catch (TokenCheck.Rejected e) {
            return null;
        }
    }
}
