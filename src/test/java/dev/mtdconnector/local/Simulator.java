package dev.mtdconnector.local;

import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.contoso.IntuneView;
import dev.mtdconnector.local.contoso.Rule;
import dev.mtdconnector.local.intune.ContosoIntune;
import dev.mtdconnector.local.intune.ContosoTenants;
import dev.mtdconnector.local.intune.ContosoTokens;
import dev.mtdconnector.local.intune.IntuneRoutes;
import dev.mtdconnector.local.intune.IntuneRule;
import dev.mtdconnector.local.intune.PartnerNames;
import dev.mtdconnector.local.intune.PartnerService;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.mail.MailCatcher;
import dev.mtdconnector.local.mail.MailRoutes;
import dev.mtdconnector.local.page.PageRoutes;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Contoso with its Intune, its pages and the mail catcher: all that is not the product and not its storage. */
public final class Simulator implements AutoCloseable {

    private final LocalOptions options;
    private @Nullable SimulatedIntune intune;
    private @Nullable MailCatcher mails;
    private @Nullable ContosoServer contoso;

    private Simulator(LocalOptions options) {
        this.options = options;
    }

    /** @param callback where consent comes back to */
    static Simulator start(LocalOptions options, Clock base, String callback) {
        Simulator simulator = new Simulator(options);
        ContosoOptions contoso = new ContosoOptions(
                options.seed(),
                options.users(),
                options.memory() ? null : options.folder().resolve("contoso"),
                options.ports().contoso(),
                options.ports().login(),
                null,
                Set.of(callback),
                LocalSettings.CLIENT_SECRET,
                LocalSettings.CLIENT_SECRET,
                base,
                EnumSet.noneOf(Rule.class));
        try {
            simulator.contoso = ContosoServer.start(
                    contoso,
                    simulator::intune,
                    List.of(
                            parts -> new IntuneRoutes(
                                    new PartnerService(
                                            simulator.intune(),
                                            new ContosoTokens(parts.tokenCheck()),
                                            EnumSet.noneOf(IntuneRule.class)),
                                    simulator.intune()),
                            parts -> new PageRoutes(
                                    parts.contoso(),
                                    simulator.intune(),
                                    simulator.mails(),
                                    parts.changes(),
                                    parts.clock()),
                            parts -> new MailRoutes(simulator.mails())));
        } catch (RuntimeException e) {
            simulator.close();
            throw e;
        }
        return simulator;
    }

    private IntuneView intune(ContosoServer.Parts parts) {
        SimulatedIntune made = new SimulatedIntune(
                parts.clock(),
                new ContosoTenants(parts.contoso()),
                parts.journal(),
                PartnerNames.INVENTED,
                Duration.ZERO,
                EnumSet.noneOf(IntuneRule.class));
        intune = made;
        mails = new MailCatcher(options.ports().smtp(), parts.clock(), parts.journal());
        return new ContosoIntune(made);
    }

    public SimulatedIntune intune() {
        return started(intune);
    }

    public MailCatcher mails() {
        return started(mails);
    }

    public ContosoServer contoso() {
        return started(contoso);
    }

    public ContosoClock clock() {
        return contoso().parts().clock();
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("The simulator is not running");
        }
        return part;
    }

    @Override
    public void close() {
        if (contoso != null) {
            contoso.close();
        }
        if (mails != null) {
            mails.close();
        }
    }
}
