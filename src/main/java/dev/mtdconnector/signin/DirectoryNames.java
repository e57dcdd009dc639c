package dev.mtdconnector.signin;

import java.util.Optional;

/** Knows which directory a domain belongs to. */
@FunctionalInterface
public interface DirectoryNames {

    /**
     * The directory id of a domain, from the sign-in service's public OpenID configuration.
     *
     * @param domain in lower case, of the form of a domain name
     * @return empty when no directory has it
     * @throws dev.mtdconnector.common.UpstreamException of service LOGIN when it cannot be asked
     */
    Optional<String> directoryId(String domain);
}
