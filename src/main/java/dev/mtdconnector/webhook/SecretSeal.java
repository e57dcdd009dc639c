package dev.mtdconnector.webhook;

import java.util.Optional;

/** Keeps a secret that must be read again from being read in storage. */
public interface SecretSeal {

    String seal(String tenantId, String secret);

    /** The secret; empty when it cannot be opened, as after the deployment's key was replaced. */
    Optional<String> open(String tenantId, String sealed);
}
