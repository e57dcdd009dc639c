package dev.mtdconnector.simulated;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import dev.mtdconnector.graph.AppCredentials;
import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.graph.GraphChanges;
import dev.mtdconnector.graph.GraphClient;
import dev.mtdconnector.graph.GraphDetectedApps;
import dev.mtdconnector.graph.GraphDeviceAttributes;
import dev.mtdconnector.graph.GraphDirectory;
import dev.mtdconnector.graph.GraphGrantedRoles;
import dev.mtdconnector.graph.GraphGroupMembers;
import dev.mtdconnector.graph.GraphReportedStates;
import dev.mtdconnector.graph.GraphRiskGroups;
import dev.mtdconnector.graph.GraphServiceDirectory;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.graph.TokenCache;
import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.GraphConduct;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.local.intune.PartnerNames;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.page.Simulator;
import dev.mtdconnector.partner.PartnerDataSync;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** The simulated Microsoft on free ports, and our adapters wired to it as in production. */
final class ContosoBench implements AutoCloseable {

    static final String TENANT = WellKnown.TENANT;

    final SettableClock clock;
    final RecordingSleeper sleeper;
    final GraphConduct conduct;
    final Contoso contoso;
    final Changes changes;
    final Traffic traffic;
    final SimulatedIntune intune;
    final GraphDirectory directory;
    final GraphChanges graphChanges;
    final GraphGrantedRoles roles;
    final PartnerDataSync partner;
    final GraphDeviceAttributes attributes;
    final GraphGroupMembers members;
    final GraphRiskGroups groups;
    final GraphReportedStates states;
    final GraphDetectedApps detected;

    private final Simulator simulator;

    ContosoBench() {
        this(new SettableClock(SettableClock.MORNING));
    }

    /** For an application that lives by the same clock. */
    ContosoBench(SettableClock clock) {
        this(clock, Duration.ofSeconds(60));
    }

    /** With this long for each request to Graph, in real time. */
    ContosoBench(SettableClock clock, Duration callTimeout) {
        this.clock = clock;
        sleeper = new RecordingSleeper(clock);
        ContosoOptions options = ContosoOptions.forTests().withClock(clock);
        simulator = Simulator.start(options, 0);
        contoso = simulator.contoso().parts().contoso();
        changes = simulator.contoso().parts().changes();
        traffic = simulator.contoso().parts().traffic();
        conduct = simulator.contoso().parts().conduct();
        intune = simulator.intune();

        AppCredentials credentials = new AppCredentials(
                new LoginSettings(
                        simulator.contoso().loginAddress(),
                        Map.of(
                                Registration.BASE, app(WellKnown.BASE_CLIENT, options.baseSecret()),
                                Registration.PARTNER, app(WellKnown.PARTNER_CLIENT, options.partnerSecret()),
                                Registration.ATTRIBUTE, app(WellKnown.ATTRIBUTE_CLIENT, options.partnerSecret()),
                                Registration.GROUP, app(WellKnown.GROUP_CLIENT, options.partnerSecret()),
                                Registration.DEVICE_GROUP,
                                        app(WellKnown.DEVICE_GROUP_CLIENT, options.partnerSecret()))),
                new JdkHttpClientBuilder(HttpClient.newBuilder()
                                .sslContext(simulator.contoso().clientContext()))
                        .build());
        TokenCache tokens = new TokenCache(credentials, clock);
        GraphSettings settings = new GraphSettings(address(), "https://graph.microsoft.com/.default");
        GraphClient client = new GraphClient(settings, tokens, clock, sleeper, new Random(1), callTimeout);
        directory = new GraphDirectory(client);
        graphChanges = new GraphChanges(client, settings, clock);
        roles = new GraphGrantedRoles(client, credentials);
        attributes = new GraphDeviceAttributes(client, roles);
        members = new GraphGroupMembers(client, roles);
        groups = new GraphRiskGroups(client);
        states = new GraphReportedStates(client, settings, clock);
        detected = new GraphDetectedApps(client, settings, clock);
        URI page = URI.create("http://localhost");
        partner = new PartnerDataSync(
                new PartnerSettings(
                        null,
                        PartnerSettings.PUBLIC_CLOUD_SCOPE,
                        page,
                        page,
                        PartnerNames.INVENTED.entityType(),
                        PartnerNames.INVENTED.threatField()),
                new GraphServiceDirectory(client),
                tokens,
                clock,
                sleeper);
    }

    URI address() {
        return simulator.contoso().address();
    }

    void consent() {
        changes.consent(WellKnown.BASE_CLIENT);
        changes.consent(WellKnown.PARTNER_CLIENT);
        changes.consent(WellKnown.ATTRIBUTE_CLIENT);
        changes.consent(WellKnown.GROUP_CLIENT);
        changes.consent(WellKnown.DEVICE_GROUP_CLIENT);
    }

    void change(String json) {
        changes.apply(List.of(Json.parse(json)));
    }

    @Override
    public void close() {
        simulator.close();
    }

    private static LoginSettings.App app(String clientId, String secret) {
        return new LoginSettings.App(UUID.fromString(clientId), new CredentialSettings.ClientSecret(secret));
    }
}
