package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.storage.SessionTable;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {

    private static final String OPERATOR = TestApp.OPERATOR_KEY;

    private final SettableClock clock = new SettableClock(TestApp.START);
    private final FakeEntra entra = new FakeEntra(clock);
    private final Secrets secrets = new Secrets(new SecureRandom());
    private final Key api = new Key(Key.Kind.API, TENANT, secrets.createId(), secrets.create());
    private final Key restricted = new Key(Key.Kind.API, TENANT, secrets.createId(), secrets.create());
    private final Key readOnly = new Key(Key.Kind.API, TENANT, secrets.createId(), secrets.create());
    private final Key expired = new Key(Key.Kind.API, TENANT, secrets.createId(), secrets.create());
    private final List<Key> used = new ArrayList<>();
    private final Key feed = new Key(Key.Kind.FEED, TENANT, secrets.createId(), secrets.create());
    private final Key device = new Key(Key.Kind.DEVICE, TENANT, PHONE, secrets.create());
    private final TenantGate gate =
            tenantId -> Optional.of(new TenantGate.Entry("Contoso", true, true, Map.of(Role.FULL, FULL_GROUP)));
    private final Sessions sessions = new Sessions(new SessionTable(new MemoryTables()), gate, entra, clock);
    private final Authenticator authenticator = with(OPERATOR);
    private Role roleOfKey = Role.FULL;

    private Authenticator with(@Nullable String operatorKey) {
        EntraTokens tokens = new EntraTokens(LOGIN, BASE_CLIENT, entra, clock);
        return new Authenticator(
                operatorKey,
                new StoredKeys() {
                    @Override
                    public Optional<Valid> find(Key.Kind kind, String tenantId, String keyId) {
                        return hash(kind, tenantId, keyId).map(hash -> new Valid(hash, role(keyId), null));
                    }

                    @Override
                    public void used(Key key, Valid found) {
                        used.add(key);
                    }
                },
                new AgentTokens(tokens, Set.of(AGENT_CLIENT), TENANT::equals),
                new OperatorTokens(tokens, TENANT, Set.of(AGENT_CLIENT)),
                gate,
                sessions);
    }

    private String signedIn(Role role) {
        String secret = secrets.create();
        sessions.begin(new Identity(TENANT, INES, "Ines", ""), role, secret);
        return secret;
    }

    private String operatorToken() {
        return FakeEntra.sign(
                entra.claims(TENANT, LENA)
                        .claim("azp", LENA)
                        .claim("scp", null)
                        .claim("roles", List.of(OperatorTokens.ROLE))
                        .build(),
                FakeEntra.KEY);
    }

    private Optional<String> hash(Key.Kind kind, String tenantId, String keyId) {
        for (Key key : new Key[] {api, restricted, readOnly, feed, device}) {
            if (key.kind() == kind
                    && key.tenantId().equals(tenantId)
                    && key.id().equals(keyId)) {
                return Optional.of(Secrets.hash(key.secret()));
            }
        }
        return Optional.empty();
    }

    private Role role(String keyId) {
        if (keyId.equals(restricted.id())) {
            return Role.RESTRICTED;
        }
        return keyId.equals(readOnly.id()) ? Role.READ_ONLY : roleOfKey;
    }

    /** Who it is, or the code of the refusal. */
    private String ask(Access access, @Nullable String authorization) {
        return ask(access, Presented.by(authorization));
    }

    private String ask(Access access, Presented presented) {
        try {
            return authenticator.authenticate(access, presented).getClass().getSimpleName();
        } catch (AppException e) {
            return String.valueOf(e.code().status());
        }
    }

    @Test
    void eachRouteIsOpenToItsIdentityAndToNoOther() {
        Map<String, String> identities = new LinkedHashMap<>();
        identities.put("operator", OPERATOR);
        identities.put("api", api.present());
        identities.put("restricted", restricted.present());
        identities.put("read-only", readOnly.present());
        identities.put("feed", feed.present());
        identities.put("device", device.present());
        identities.put("user", entra.token(TENANT, LENA));
        identities.put("role", operatorToken());
        StringBuilder matrix = new StringBuilder();
        identities.forEach((name, key) -> {
            matrix.append(name).append(':');
            for (Access access : Access.values()) {
                matrix.append(' ').append(ask(access, "Bearer " + key));
            }
            matrix.append('\n');
        });

        assertThat(matrix.toString()).isEqualTo("""
                        operator: Anonymous Operator 403 403 403 403 403 403 403 403 403 403 Anonymous 403 403
                        api: Anonymous 403 ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey Anonymous 403 403
                        restricted: Anonymous 403 ApiKey ApiKey ApiKey 403 403 403 403 403 ApiKey 403 Anonymous 403 403
                        read-only: Anonymous 403 ApiKey 403 ApiKey 403 ApiKey 403 ApiKey 403 ApiKey 403 Anonymous 403 403
                        feed: Anonymous 403 403 403 403 403 403 403 403 403 403 FeedKey Anonymous 403 403
                        device: Anonymous 403 403 403 403 403 403 403 403 403 403 403 Anonymous DeviceAgent 403
                        user: Anonymous 401 401 401 401 401 401 401 401 401 401 401 Anonymous 401 EntraUser
                        role: Anonymous Operator 401 401 401 401 401 401 401 401 401 401 Anonymous 401 401
                        """);
    }

    @Test
    void eachRoleOpensWhatItAllowsByKeyAndBySessionAlike() {
        StringBuilder matrix = new StringBuilder();
        for (Role role : Role.values()) {
            roleOfKey = role;
            String secret = signedIn(role);
            for (Access access : Access.values()) {
                String byKey = ask(access, "Bearer " + api.present());
                String bySession = ask(access, session(true, null, secret, true));
                if (access.isForAdministrators()) {
                    assertThat(bySession.replace("Person", "ApiKey"))
                            .as("%s %s", role, access)
                            .isEqualTo(byKey);
                    assertThat(byKey).isEqualTo(role.allows(access) ? "ApiKey" : "403");
                    matrix.append(byKey.equals("ApiKey") ? 'x' : '-');
                } else {
                    assertThat(bySession)
                            .as("%s %s", role, access)
                            .isEqualTo(Set.of(Access.ANYBODY, Access.SIGNATURE).contains(access) ? "Anonymous" : "401");
                }
            }
            matrix.append(' ').append(role.label()).append('\n');
            assertThat(ask(Access.FEED, "Bearer " + api.present())).isEqualTo(role == Role.FULL ? "ApiKey" : "403");
        }

        assertThat(matrix.toString()).isEqualTo("""
                xxxxxxxxx full
                xxx-----x restricted
                x-x-x-x-x read-only
                """);
    }

    private static Presented session(
            boolean isChange, @Nullable String authorization, String secret, boolean isFromOurPage) {
        return new Presented(isChange, authorization, new Presented.SessionCookie(TENANT, secret), () -> isFromOurPage);
    }

    private String refusal(Access access, Presented presented) {
        try {
            return authenticator.authenticate(access, presented).toString();
        } catch (AppException e) {
            return e.code().code() + ": " + e.getMessage();
        }
    }

    @Test
    void aChangeBySessionComesFromAPageOfOurs() {
        String secret = signedIn(Role.FULL);
        assertThat(ask(Access.SYSTEM_READ, session(false, null, secret, false))).isEqualTo("Person");
        assertThat(refusal(Access.SYSTEM_CHANGE, session(true, null, secret, false)))
                .startsWith("form.foreign");
        assertThat(refusal(Access.SYSTEM_READ, session(true, null, secret, false)))
                .startsWith("form.foreign");
        assertThat(ask(Access.SYSTEM_CHANGE, session(true, null, secret, true))).isEqualTo("Person");
        assertThat(refusal(Access.SYSTEM_CHANGE, session(true, null, secrets.create(), true)))
                .startsWith("identity.required");
        assertThat(refusal(
                        Access.SYSTEM_CHANGE,
                        new Presented(true, null, new Presented.SessionCookie(LENA, secret), () -> true)))
                .startsWith("identity.required");
    }

    @Test
    void aBearerCountsBeforeACookie() {
        String secret = signedIn(Role.FULL);
        String key = "Bearer " + api.present();
        assertThat(ask(Access.SYSTEM_CHANGE, session(true, key, secret, false))).isEqualTo("ApiKey");
        assertThat(ask(Access.OWN, session(true, "Bearer nonsense", secret, true)))
                .isEqualTo("401");
        assertThat(ask(Access.OWN, session(true, "Basic nonsense", secret, true)))
                .isEqualTo("Person");
        assertThat(ask(Access.OPERATOR, session(true, "Bearer " + OPERATOR, secret, false)))
                .isEqualTo("Operator");
    }

    @Test
    void whoLacksARoleLearnsWhichIsNeeded() {
        String secret = signedIn(Role.READ_ONLY);
        assertThat(refusal(Access.SYSTEM_CHANGE, session(true, null, secret, true)))
                .isEqualTo(ErrorCode.IDENTITY_FORBIDDEN.code() + ": This needs the role full.");
        assertThat(refusal(Access.DEVICES_CHANGE, session(true, null, secret, true)))
                .endsWith(": This needs the role full or restricted.");
        assertThat(refusal(Access.SYSTEM_READ, Presented.by("Bearer " + feed.present())))
                .endsWith(": This route is not open to feed key identities.");
    }

    @Test
    void nothingPrintsTheSecretOfABrowser() {
        String secret = signedIn(Role.FULL);
        assertThat(session(true, null, secret, true).toString()).doesNotContain(secret);
        assertThat(new SignInFlow.SignedIn(TENANT, secret, "/", "").toString()).doesNotContain(secret);
    }

    @Test
    void whatIsNoIdentityIsAskedForOneAlwaysInTheSameWay() {
        Key wrongSecret = new Key(Key.Kind.API, TENANT, api.id(), secrets.create());
        Key unknownId = new Key(Key.Kind.API, TENANT, secrets.createId(), api.secret());
        Key otherTenant = new Key(Key.Kind.API, LENA, api.id(), api.secret());
        Key otherKind = new Key(Key.Kind.FEED, TENANT, api.id(), api.secret());
        String[] presented = {
            null,
            "",
            "Bearer",
            "Bearer ",
            "Basic " + api.present(),
            api.present(),
            "Bearer x" + api.present(),
            "Bearer " + api.present() + "x",
            "Bearer " + wrongSecret.present(),
            "Bearer " + unknownId.present(),
            "Bearer " + otherTenant.present(),
            "Bearer " + otherKind.present(),
            "Bearer " + expired.present(),
            "Bearer mtdk....",
            "Bearer mtdk.../../" + api.secret(),
            "Bearer " + OPERATOR.substring(1),
            "Bearer " + "x".repeat(100_000),
            "Bearer mtdx." + TENANT + "." + api.id() + "." + api.secret()
        };
        for (Access access : Access.values()) {
            for (String authorization : presented) {
                assertThat(ask(access, authorization))
                        .as("%s %s", access, authorization)
                        .isEqualTo(Set.of(Access.ANYBODY, Access.SIGNATURE).contains(access) ? "Anonymous" : "401");
            }
        }
        assertThat(used).as("only the right secret is a use").isEmpty();
    }

    @Test
    void whoeverHoldsAKeyIsItsUserWithItsRoleAlsoWhereItIsNotAllowed() {
        assertThat(authenticator.authenticate(Access.SYSTEM_READ, Presented.by("Bearer " + readOnly.present())))
                .isEqualTo(new Caller.ApiKey(TENANT, readOnly.id(), Role.READ_ONLY));
        assertThat(ask(Access.SYSTEM_CHANGE, "Bearer " + readOnly.present())).isEqualTo("403");
        assertThat(used).containsExactly(readOnly, readOnly);
    }

    @Test
    void withoutAnOperatorKeyNobodyIsTheOperator() {
        for (String authorization : new String[] {"Bearer ", "Bearer null", "Bearer " + OPERATOR}) {
            String answer;
            try {
                answer = with(null)
                        .authenticate(Access.OPERATOR, Presented.by(authorization))
                        .toString();
            } catch (AppException e) {
                answer = e.code().code();
            }
            assertThat(answer).isEqualTo("identity.required");
        }
    }

    @Test
    void aKeyIsNeverPrintedWhole() {
        assertThat(api.toString()).doesNotContain(api.secret());
        assertThat(Key.parse(api.present())).contains(api);
        assertThat(Key.parse(device.present())).contains(device);
        assertThat(secrets.create()).hasSize(43).isNotEqualTo(secrets.create());
    }
}
