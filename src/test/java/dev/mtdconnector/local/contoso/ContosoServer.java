package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import dev.mtdconnector.local.http.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Contoso, running: Graph, sign-in and control API on plain http, sign-in once more on https. Other parts of the
 * simulator hang on with {@link #start(ContosoOptions, Function, List)}.
 */
public final class ContosoServer implements AutoCloseable {

    private static final String WORLD = "world";

    /** Where tests keep certificate and key, which take half a second to make. */
    private static final Path SHARED = Path.of("target", "contoso");

    private final Parts parts;
    private final LocalServer plain;
    private final LocalServer secure;
    private final LoopbackCertificate certificate;

    /** What the parts of the simulator share. */
    public record Parts(
            Contoso contoso,
            Changes changes,
            Journal journal,
            ContosoClock clock,
            Tokens tokens,
            TokenCheck tokenCheck,
            Traffic traffic,
            GraphConduct conduct) {}

    private ContosoServer(Parts parts, LocalServer plain, LocalServer secure, LoopbackCertificate certificate) {
        this.parts = parts;
        this.plain = plain;
        this.secure = secure;
        this.certificate = certificate;
    }

    /** Contoso with an Intune to which nobody spoke. */
    public static ContosoServer start(ContosoOptions options) {
        return start(options, parts -> IntuneView.SILENT, List.of());
    }

    /**
     * Starts Contoso.
     *
     * @param intune makes the simulated Intune; if it is {@link Routes} too, they are registered
     * @param more further parts with routes on the plain address
     * @throws UncheckedIOException when a port is taken
     * @throws IllegalStateException when the directory remembers another Contoso
     */
    public static ContosoServer start(
            ContosoOptions options, Function<Parts, ? extends IntuneView> intune, List<Function<Parts, Routes>> more) {
        Path directory = options.directory();
        Path keys = Objects.requireNonNullElse(directory, SHARED);
        LoopbackCertificate certificate = LoopbackCertificate.in(keys);
        Journal journal = directory == null ? Journal.inMemory() : Journal.in(directory);
        remember(options, journal);
        Traffic traffic = new Traffic();
        try {
            LocalServer secure = LocalServer.https(options.httpsPort(), certificate.context(), traffic);
            LocalServer plain;
            try {
                plain = LocalServer.http(options.httpPort(), traffic);
            } catch (IOException e) {
                secure.close();
                throw e;
            }
            String login = Objects.requireNonNullElse(
                    options.loginEndpoint(), secure.address().toString());
            ContosoClock clock = new ContosoClock(options.clock(), journal);
            Contoso contoso = Contoso.generate(options.seed(), options.users(), options.registrations());
            Changes changes = new Changes(contoso, journal, clock);
            Tokens tokens = new Tokens(new SigningKeys(keys, contoso, options.off())::published, clock, login);
            TokenCheck check = new TokenCheck(tokens, contoso, clock, options.off());
            Parts parts = new Parts(
                    contoso, changes, journal, clock, tokens, check, traffic, new GraphConduct(options.conduct()));
            register(options, parts, intune.apply(parts), more, plain, secure);
            plain.start();
            secure.start();
            return new ContosoServer(parts, plain, secure, certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void register(
            ContosoOptions options,
            Parts parts,
            IntuneView intune,
            List<Function<Parts, Routes>> more,
            LocalServer plain,
            LocalServer secure) {
        Set<Rule> off = options.off();
        GraphService graph = new GraphService(
                parts.contoso(), parts.changes(), parts.tokenCheck(), parts.clock(), intune, parts.conduct(), off);
        List<Routes> routes = new ArrayList<>(List.of(
                graph,
                new GraphControl(parts.conduct()),
                new ControlApi(
                        parts.contoso(), parts.changes(), parts.tokens(), parts.clock(), parts.traffic(), intune)));
        if (intune instanceof Routes own) {
            routes.add(own);
        }
        more.forEach(part -> routes.add(part.apply(parts)));
        routes.forEach(part -> part.register(plain));
        List<Routes> login = login(parts, off);
        for (LocalServer server : List.of(plain, secure)) {
            login.forEach(part -> part.register(server));
            server.faultBody((request, status, code) -> faultBody(graph, request, status, code));
        }
    }

    private static List<Routes> login(Parts parts, Set<Rule> off) {
        Contoso contoso = parts.contoso();
        LoginErrors errors = new LoginErrors(parts.clock(), parts.tokens().loginEndpoint());
        LoginSessions sessions = new LoginSessions(contoso, parts.clock(), off);
        Codes codes = new Codes(parts.clock());
        return List.of(
                new LoginService(contoso, parts.tokens(), codes, parts.clock(), errors, off),
                new SignInPage(contoso, sessions, codes, errors, off),
                new SignOut(contoso, sessions, off),
                new ConsentPage(contoso, parts.changes(), errors, off));
    }

    /** Graph's form for Graph, Entra's for sign-in, and something plain for the rest. */
    private static Answer faultBody(GraphService graph, Request request, int status, @Nullable String code) {
        if (request.path().startsWith("/v1.0/")) {
            return graph.faultBody(request, status, code);
        }
        return Answer.json(
                status,
                Json.object()
                        .put(
                                "error",
                                code != null ? code : status < 500 ? "invalid_request" : "temporarily_unavailable")
                        .put("error_description", "Injected fault."));
    }

    /** A journal belongs to one seed and size: its changes name things that another Contoso does not have. */
    private static void remember(ContosoOptions options, Journal journal) {
        List<String> worlds = new ArrayList<>();
        journal.replay(
                WORLD,
                data -> worlds.add(
                        data.path("seed").asLong() + "/" + data.path("users").asInt()));
        String asked = options.seed() + "/" + options.users();
        if (worlds.isEmpty()) {
            journal.append(WORLD, Json.object().put("seed", options.seed()).put("users", options.users()));
        } else if (!worlds.get(0).equals(asked)) {
            throw new IllegalStateException("The directory remembers a Contoso of seed/users " + worlds.get(0)
                    + ", not " + asked + ": start with -Dlocal.reset to forget it");
        }
    }

    /** {@code http://localhost:port}: Graph under /v1.0, sign-in, the control API, and what else was registered. */
    public URI address() {
        return plain.address();
    }

    /** {@code https://localhost:port}: sign-in. */
    public URI loginAddress() {
        return secure.address();
    }

    /** Trusts the certificate of {@link #loginAddress()}, and nothing else. */
    public SSLContext clientContext() {
        return certificate.context();
    }

    public Parts parts() {
        return parts;
    }

    @Override
    public void close() {
        plain.close();
        secure.close();
        parts.journal().close();
    }
}
