package dev.mtdconnector.local.contoso;

import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to start Contoso.
 *
 * @param directory where the journal, the signing key and the certificate are kept; null to forget all but those two
 * @param httpPort 0 for a free one
 * @param httpsPort 0 for a free one
 * @param loginEndpoint the sign-in service as the connector addresses it; null for {@code https://localhost:httpsPort}
 * @param connector the connector's address, under which the registrations' redirect addresses lie
 * @param baseSecret client secret of the base registration
 * @param partnerSecret client secret of each publisher's registration
 * @param conduct how Graph behaves at first
 * @param off rules that are not kept, for the test that proves each of them
 */
public record ContosoOptions(
        long seed,
        int users,
        @Nullable Path directory,
        int httpPort,
        int httpsPort,
        @Nullable String loginEndpoint,
        String connector,
        String baseSecret,
        String partnerSecret,
        Clock clock,
        GraphConduct.State conduct,
        Set<Rule> off) {

    public static final long SEED = 20261121;
    public static final int USERS = ContosoGenerator.SMALLEST;

    public ContosoOptions {
        off = Set.copyOf(off);
    }

    /** For tests: free ports, nothing remembered. */
    public static ContosoOptions forTests() {
        return new ContosoOptions(
                SEED,
                USERS,
                null,
                0,
                0,
                null,
                "http://localhost:7071",
                "base-secret-of-the-local-world",
                "partner-secret-of-the-local-world",
                Clock.systemUTC(),
                GraphConduct.State.START,
                EnumSet.noneOf(Rule.class));
    }

    public ContosoOptions inDirectory(Path other) {
        return new ContosoOptions(
                seed,
                users,
                other,
                httpPort,
                httpsPort,
                loginEndpoint,
                connector,
                baseSecret,
                partnerSecret,
                clock,
                conduct,
                off);
    }

    public ContosoOptions withUsers(long otherSeed, int otherUsers) {
        return new ContosoOptions(
                otherSeed,
                otherUsers,
                directory,
                httpPort,
                httpsPort,
                loginEndpoint,
                connector,
                baseSecret,
                partnerSecret,
                clock,
                conduct,
                off);
    }

    public ContosoOptions withClock(Clock other) {
        return new ContosoOptions(
                seed,
                users,
                directory,
                httpPort,
                httpsPort,
                loginEndpoint,
                connector,
                baseSecret,
                partnerSecret,
                other,
                conduct,
                off);
    }

    public ContosoOptions without(Rule rule) {
        return new ContosoOptions(
                seed,
                users,
                directory,
                httpPort,
                httpsPort,
                loginEndpoint,
                connector,
                baseSecret,
                partnerSecret,
                clock,
                conduct,
                EnumSet.of(rule));
    }

    public ContosoOptions withConduct(GraphConduct.State other) {
        return new ContosoOptions(
                seed,
                users,
                directory,
                httpPort,
                httpsPort,
                loginEndpoint,
                connector,
                baseSecret,
                partnerSecret,
                clock,
                other,
                off);
    }

    List<AppRegistration> registrations() {
        String consented = connector + "/consent/callback";
        return List.of(
                new AppRegistration(
                        "base",
                        WellKnown.BASE_CLIENT,
                        "MTD Connector",
                        roles(
                                "Application.Read.All",
                                "Device.Read.All",
                                "GroupMember.Read.All",
                                "User.Read.All",
                                "DeviceManagementManagedDevices.Read.All",
                                "DeviceManagementApps.Read.All"),
                        Set.of(consented, connector + "/signin/callback", connector + "/signout"),
                        Set.of(baseSecret)),
                new AppRegistration(
                        "partner",
                        WellKnown.PARTNER_CLIENT,
                        "MTD Connector for Intune",
                        roles("update_device_health"),
                        Set.of(consented),
                        Set.of(partnerSecret)),
                new AppRegistration(
                        "attribute",
                        WellKnown.ATTRIBUTE_CLIENT,
                        "MTD Connector, device attribute",
                        roles("Device.ReadWrite.All"),
                        Set.of(consented),
                        Set.of(partnerSecret)),
                new AppRegistration(
                        "group",
                        WellKnown.GROUP_CLIENT,
                        "MTD Connector, risk group of users",
                        roles("GroupMember.ReadWrite.All"),
                        Set.of(consented),
                        Set.of(partnerSecret)),
                new AppRegistration(
                        "device-group",
                        WellKnown.DEVICE_GROUP_CLIENT,
                        "MTD Connector, risk group of devices",
                        roles("GroupMember.ReadWrite.All", "Device.ReadWrite.All"),
                        Set.of(consented),
                        Set.of(partnerSecret)),
                new AppRegistration("agent", WellKnown.AGENT_CLIENT, "MTD for Work", List.of(), Set.of(), Set.of()));
    }

    private static List<AppRole> roles(String... values) {
        return Stream.of(values)
                .map(value -> WellKnown.role(value).orElseThrow())
                .toList();
    }
}
