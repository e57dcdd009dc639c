package dev.mtdconnector.follower;

import dev.mtdconnector.app.InvalidSettingsException;
import dev.mtdconnector.app.StreamProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the event streams of all tenants' threat feeds, for those who want their events within seconds. Takes the settings
 * of the functions from its environment, shares their storage, and ends at SIGTERM when what is being taken has been written.
 */
public final class RiskStreamFollower {

    private static final Logger LOG = LoggerFactory.getLogger(RiskStreamFollower.class);

    private RiskStreamFollower() {}

    public static void main(String[] arguments) {
        try {
            StreamProcess process = StreamProcess.fromEnvironment();
            Runtime.getRuntime().addShutdownHook(new Thread(process::close, "stop"));
            process.run();
        } catch (InvalidSettingsException e) {
            LOG.error("{}", e.getMessage());
            Runtime.getRuntime().exit(1);
        }
    }
}
