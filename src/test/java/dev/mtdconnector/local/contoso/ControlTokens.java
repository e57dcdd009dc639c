package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.mtdconnector.local.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /control/tokens}: tokens without a sign-in, as Entra issues them or made wrong on purpose. */
final class ControlTokens {

    private final Contoso contoso;
    private final Tokens tokens;

    ControlTokens(Contoso contoso, Tokens tokens) {
        this.contoso = contoso;
        this.tokens = tokens;
    }

    /** What may be chosen of every token. */
    private record Ask(
            String identity,
            @Nullable String tenant,
            @Nullable String scope,
            @Nullable String clientId,
            Duration lifetime) {

        String tenantOr(String usual) {
            return Objects.requireNonNullElse(tenant, usual);
        }

        String clientOr(String usual) {
            return Objects.requireNonNullElse(clientId, usual);
        }
    }

    /**
     * Issues a token.
     *
     * @throws IllegalArgumentException when Entra would not issue it, or a field is not good
     */
    ObjectNode issue(Fields fields) {
        String audience = fields.text("audience");
        Long seconds = fields.optionalNumber("expiresInSeconds", -1_000_000_000, 1_000_000_000);
        Ask ask = new Ask(
                fields.text("identity"),
                fields.optionalGuid("tenant"),
                fields.optionalText("scope"),
                fields.optionalText("clientId"),
                seconds == null ? Tokens.LIFETIME : Duration.ofSeconds(seconds));
        String nonce = audience.equals("id") ? fields.optionalText("nonce") : null;
        Forgery forgery = Forgery.of(fields);
        fields.done();
        JWTClaimsSet.Builder claims = switch (audience) {
            case "agent" -> agent(ask);
            case "operator" -> operator(ask);
            case "id" ->
                tokens.claims()
                        .id(
                                ask.tenantOr(WellKnown.TENANT),
                                user(ask.identity()),
                                ask.clientOr(WellKnown.BASE_CLIENT),
                                nonce,
                                UUID.randomUUID().toString(),
                                ask.lifetime());
            case "graph" -> application(ask, WellKnown.MICROSOFT_GRAPH, WellKnown.GRAPH_AUDIENCE);
            case "intune" -> application(ask, WellKnown.INTUNE_API, WellKnown.INTUNE_AUDIENCE);
            default -> throw new IllegalArgumentException("audience must be agent, operator, id, graph or intune");
        };
        return Json.object()
                .put("token_type", "Bearer")
                .put(audience.equals("id") ? "id_token" : "access_token", forgery.sign(claims.build(), tokens.key()))
                .put("expires_in", ask.lifetime().toSeconds());
    }

    /** The agent app is pre-authorized for the base registration, whose service principal must be in the tenant. */
    private JWTClaimsSet.Builder agent(Ask ask) {
        User user = user(ask.identity());
        if (ask.tenant() == null && contoso.principalOf(WellKnown.BASE_CLIENT).isEmpty()) {
            throw new IllegalArgumentException("AADSTS500011: The resource principal named " + WellKnown.BASE_CLIENT
                    + " was not found in the tenant named Contoso: consent to the base registration first");
        }
        return tokens.claims()
                .forUser(
                        ask.tenantOr(WellKnown.TENANT),
                        user,
                        WellKnown.BASE_CLIENT,
                        ask.clientOr(WellKnown.AGENT_CLIENT),
                        Objects.requireNonNullElse(ask.scope(), WellKnown.ACTIVATE_SCOPE),
                        ask.lifetime());
    }

    /** The vendor's directory has no people here: any name stands for an application of the vendor's. */
    private JWTClaimsSet.Builder operator(Ask ask) {
        String name = ask.identity().toLowerCase(Locale.ROOT);
        return tokens.claims()
                .forOperator(
                        ask.tenantOr(WellKnown.VENDOR_TENANT),
                        contoso.idFor("operator/" + name),
                        WellKnown.BASE_CLIENT,
                        ask.clientOr(contoso.idFor("operatorApp/" + name)),
                        List.of(Objects.requireNonNullElse(ask.scope(), WellKnown.OPERATOR_ROLE)
                                .split("\\s+")),
                        ask.lifetime());
    }

    private JWTClaimsSet.Builder application(Ask ask, String resource, String audience) {
        AppRegistration registration = contoso.registration(ask.identity())
                .orElseThrow(() -> new IllegalArgumentException("identity must be base or partner"));
        ServicePrincipal principal = contoso.principalOf(registration.clientId())
                .orElseThrow(() -> new IllegalArgumentException("AADSTS700016: Application with identifier '"
                        + registration.clientId() + "' was not found in the directory 'Contoso'"));
        String roles = ask.scope();
        return tokens.claims()
                .forApplication(
                        ask.tenantOr(WellKnown.TENANT),
                        principal,
                        audience,
                        roles == null ? principal.roles(resource) : List.of(roles.split("\\s+")),
                        ask.lifetime());
    }

    private User user(String identity) {
        return contoso.user(identity).orElseThrow(() -> new IllegalArgumentException("There is no user " + identity));
    }
}
