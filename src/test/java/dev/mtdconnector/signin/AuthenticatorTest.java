package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.testing.FakeEntra;
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
    private final Authenticator authenticator = with(OPERATOR);

    private Authenticator with(@Nullable String operatorKey) {
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
                new AgentTokens(LOGIN, BASE_CLIENT, Set.of(AGENT_CLIENT), entra, TENANT::equals, clock),
                tenantId -> Optional.of(new TenantGate.Entry("Contoso", true, true, Map.of())));
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
        return keyId.equals(readOnly.id()) ? Role.READ_ONLY : Role.FULL;
    }

    /** Who it is, or the code of the refusal. */
    private String ask(Access access, @Nullable String authorization) {
        try {
            return authenticator.authenticate(access, authorization).getClass().getSimpleName();
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
        StringBuilder matrix = new StringBuilder();
        identities.forEach((name, key) -> {
            matrix.append(name).append(':');
            for (Access access : Access.values()) {
                matrix.append(' ').append(ask(access, "Bearer " + key));
            }
            matrix.append('\n');
        });

        assertThat(matrix.toString()).isEqualTo("""
                        operator: Anonymous Operator 403 403 403 403 403 403 403 403 403 403 403 403
                        api: Anonymous 403 ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey ApiKey 403 403
                        restricted: Anonymous 403 ApiKey ApiKey ApiKey 403 403 403 403 403 ApiKey 403 403 403
                        read-only: Anonymous 403 ApiKey 403 ApiKey 403 ApiKey 403 ApiKey 403 ApiKey 403 403 403
                        feed: Anonymous 403 403 403 403 403 403 403 403 403 403 FeedKey 403 403
                        device: Anonymous 403 403 403 403 403 403 403 403 403 403 403 DeviceAgent 403
                        user: Anonymous 401 401 401 401 401 401 401 401 401 401 401 401 EntraUser
                        """);
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
                        .isEqualTo(access == Access.ANYBODY ? "Anonymous" : "401");
            }
        }
        assertThat(used).as("only the right secret is a use").isEmpty();
    }

    @Test
    void whoeverHoldsAKeyIsItsUserWithItsRoleAlsoWhereItIsNotAllowed() {
        assertThat(authenticator.authenticate(Access.SYSTEM_READ, "Bearer " + readOnly.present()))
                .isEqualTo(new Caller.ApiKey(TENANT, readOnly.id(), Role.READ_ONLY));
        assertThat(ask(Access.SYSTEM_CHANGE, "Bearer " + readOnly.present())).isEqualTo("403");
        assertThat(used).containsExactly(readOnly, readOnly);
    }

    @Test
    void withoutAnOperatorKeyNobodyIsTheOperator() {
        for (String authorization : new String[] {"Bearer ", "Bearer null", "Bearer " + OPERATOR}) {
            String answer;
            try {
                answer = with(null).authenticate(Access.OPERATOR, authorization).toString();
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
