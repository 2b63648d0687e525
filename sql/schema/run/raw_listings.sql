-- One raw record of a feed, as its reader found it: nothing interpreted, everything text but the marks a format states outright.
CREATE TABLE raw_listings (
    feed            VARCHAR NOT NULL,
    file            VARCHAR NOT NULL,
    position        BIGINT  NOT NULL CHECK (position >= 1),
    listing_key     VARCHAR NOT NULL,
    format          VARCHAR NOT NULL,
    source          VARCHAR NOT NULL CHECK (source <> ''),
    source_id       VARCHAR,
    title           VARCHAR,
    company         VARCHAR,
    location        VARCHAR,
    city            VARCHAR,
    region          VARCHAR,
    country         VARCHAR,
    url             VARCHAR,
    apply_url       VARCHAR,
    description     VARCHAR,
    description_format VARCHAR CHECK (description_format IN ('text', 'html', 'markdown')),
    is_snippet      BOOLEAN NOT NULL,
    date_posted     VARCHAR,
    valid_through   VARCHAR,
    crawled_on      VARCHAR,
    employment_type VARCHAR,
    level           VARCHAR,
    remote          VARCHAR,
    pay             VARCHAR,
    pay_min         VARCHAR,
    pay_max         VARCHAR,
    pay_currency    VARCHAR,
    pay_period      VARCHAR,
    pay_predicted   BOOLEAN,
    requisition_id  VARCHAR,
    language        VARCHAR,
    industry        VARCHAR,
    job_function    VARCHAR,
    promoted        BOOLEAN,
    trust           VARCHAR CHECK (trust IN ('employer', 'board', 'aggregator', 'reseller')),
    PRIMARY KEY (feed, file, position)
);
COMMENT ON TABLE raw_listings IS 'Listings as read: one row a record of a feed, before any interpretation';
COMMENT ON COLUMN raw_listings.feed IS 'Name of the feed the record came in';
COMMENT ON COLUMN raw_listings.file IS 'File of the feed, relative to the feed''s path';
COMMENT ON COLUMN raw_listings.position IS 'Line (CSV, NDJSON, pages of text) or number of the record (XML, JSON, HTML, Parquet, Arrow) in the file, from 1';
COMMENT ON COLUMN raw_listings.listing_key IS 'Fingerprint of all that was delivered but the days: listings of one key are understood once, and not again the next night';
COMMENT ON COLUMN raw_listings.format IS 'Reader that understood the file';
COMMENT ON COLUMN raw_listings.source IS 'Board the listing stands on (never the path or the feed)';
COMMENT ON COLUMN raw_listings.source_id IS 'The board''s own id of the listing, where it has one';
COMMENT ON COLUMN raw_listings.title IS 'Title as delivered';
COMMENT ON COLUMN raw_listings.company IS 'Employer as delivered';
COMMENT ON COLUMN raw_listings.location IS 'Place as delivered, one string';
COMMENT ON COLUMN raw_listings.city IS 'City, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.region IS 'State or region, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.country IS 'Country, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.url IS 'Address of the listing''s page';
COMMENT ON COLUMN raw_listings.apply_url IS 'Address where one applies, where it differs';
COMMENT ON COLUMN raw_listings.description IS 'Text as delivered: plain, HTML or Markdown';
COMMENT ON COLUMN raw_listings.description_format IS 'Markup of the description where the format says so, NULL where it must be told from the text';
COMMENT ON COLUMN raw_listings.is_snippet IS 'The format delivers only the beginning of the text';
COMMENT ON COLUMN raw_listings.date_posted IS 'Date posted as delivered: ISO, epoch, or an age such as "30+ days ago"';
COMMENT ON COLUMN raw_listings.valid_through IS 'Closing date as delivered';
COMMENT ON COLUMN raw_listings.crawled_on IS 'Day the record was crawled, where the feed tells; ages count from it';
COMMENT ON COLUMN raw_listings.employment_type IS 'Employment type as delivered';
COMMENT ON COLUMN raw_listings.level IS 'Level as delivered';
COMMENT ON COLUMN raw_listings.remote IS 'Remote mark as delivered';
COMMENT ON COLUMN raw_listings.pay IS 'Pay as delivered, one string';
COMMENT ON COLUMN raw_listings.pay_min IS 'Lower end of pay, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.pay_max IS 'Upper end of pay, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.pay_currency IS 'Currency of pay, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.pay_period IS 'Period of pay, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.pay_predicted IS 'Pay was estimated by others than the employer, where the feed tells';
COMMENT ON COLUMN raw_listings.requisition_id IS 'The employer''s number of the role, where the feed has a field for it';
COMMENT ON COLUMN raw_listings.language IS 'Language code, where the feed tells';
COMMENT ON COLUMN raw_listings.industry IS 'Industry as delivered';
COMMENT ON COLUMN raw_listings.job_function IS 'Job function as delivered';
COMMENT ON COLUMN raw_listings.promoted IS 'Marked as promoted by the board';
COMMENT ON COLUMN raw_listings.trust IS 'Who sends the feed, as feeds.toml says: employer, board, aggregator or reseller';
